import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How far from what is seen counts as seen, so that it is drawn before one has scrolled there. */
const margin = "200px";

const told = new WeakMap<Element, (isInView: boolean) => void>();
/** One for all: hundreds of them would be asked one by one. */
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
  },
  { rootMargin: margin },
);

/** @returns whether what it refers to is seen, or nearly: what is not need not be drawn */
export function useInView(of: RefObject<Element | null>): boolean {
  const [isInView, setInView] = useState(false);
  useEffect(() => {
    const element = of.current!;
    told.set(element, setInView);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, []);
  return isInView;
}

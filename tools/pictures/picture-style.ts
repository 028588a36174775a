/** How pictures look: in the colors of VitePress' theme, light or dark. One that is wider than the page is moved sideways. */
export const pictureStyle = `
.picture { overflow-x: auto; margin: 16px 0; padding: 8px; border: 1px solid var(--vp-c-divider); border-radius: 8px; }
.picture svg { display: block; margin: 0 auto; max-width: none; }
.picture text { font-size: 14px; fill: var(--vp-c-text-1); }
.picture rect { fill: var(--vp-c-bg-soft); stroke: var(--vp-c-border); }
.picture rect.exit { fill: var(--vp-c-bg); stroke-dasharray: 4 3; }
.picture rect.note { fill: var(--vp-c-default-soft); stroke: none; }
.picture rect.who { stroke: var(--vp-c-brand-1); }
.picture rect.part { fill: none; stroke-dasharray: 2 3; stroke: var(--vp-c-text-3); }
.picture line, .picture path { stroke: var(--vp-c-text-2); stroke-width: 1.3; fill: none; }
.picture line.dashed { stroke-dasharray: 5 4; }
.picture line.life { stroke: var(--vp-c-border); }
.picture polygon { fill: var(--vp-c-text-2); }
`;

/** What small drawings are made of: paths of an SVG of 24 by 24. */
export const iconPaths = {
  function:
    "M15 4.5c-3 0-3.8 1.5-4.3 5L9.3 16c-.5 3-1.5 4-4.3 4M7.5 10.5h7.5M14.5 14l5 6M19.5 14l-5 6",
  distribution:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3.5 12h17M12 3c2.5 2.5 3.5 5.5 3.5 9s-1 6.5-3.5 9M12 3c-2.5 2.5-3.5 5.5-3.5 9s1 6.5 3.5 9",
  store:
    "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3ZM4 6v6c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12v6c0 1.7 3.6 3 8 3s8-1.3 8-3v-6",
  traffic: "M3 12h4l3-8 4 16 3-8h4",
  node: "M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01",
  history: "M3.5 12a8.5 8.5 0 1 0 2.5-6L3.5 8.5M3.5 4v4.5H8M12 7.5V12l3 2",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2.5 12h2M19.5 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  auto: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 3v18M12 8h7.5M12 13h8.5M12 18h6",
  plus: "M12 5v14M5 12h14",
  play: "M7 4.5v15l12-7.5z",
  publish: "M12 20V8M6.5 13 12 7.5 17.5 13M5 4h14",
  undo: "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
  check: "M4.5 12.5 10 18 20 6.5",
  alert: "M12 3.5 2.5 20h19ZM12 10v4.5M12 17.5h.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5h.01",
  close: "M6 6l12 12M18 6 6 18",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  down: "M5.5 9.5 12 16l6.5-6.5",
  external: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  pause: "M8 5v14M16 5v14",
  stop: "M6 6h12v12H6z",
  skip: "M5 5l9 7-9 7zM18.5 5v14",
  save: "M5 4h11l3 3v13H5zM8.5 4v5h6V4M8.5 20v-6h7v6",
  key: "M15.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM12 12l-8 8M7.5 16.5l2.5 2.5",
  out: "M10 4H4v16h6M15 8l4 4-4 4M9 12h10",
  trash: "M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 20h10l1-13.5M10 10.5v6M14 10.5v6",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  import: "M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 20h15",
  export: "M12 4.5v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15",
  edit: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
  settings: "M4 7h9.5M17.5 7H20M15.5 4.5v5M4 17h2.5M10.5 17H20M8.5 14.5v5",
  renew: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.5M20 4.5v5h-5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  logs: "M4 6h16M4 10.5h10M4 15h16M4 19.5h7",
} as const;

export type IconName = keyof typeof iconPaths;

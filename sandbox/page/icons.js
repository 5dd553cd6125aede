// The page's own line icons, drawn on a 20 by 20 grid.

import { icon } from "./dom.js";

export const more = () => icon("M4.5 10h1M9.5 10h1M14.5 10h1");
export const reply = () => icon("M4 5h12v8H9l-3.5 3v-3H4z");
export const close = () => icon("M5 5l10 10M15 5L5 15");
export const bolt = () => icon("M11 2.5L4.5 11.5H10L9 17.5l6.5-9H10z");
export const send = () => icon("M3.5 4l13 6-13 6 2-6zM5.5 10h6");
export const menu = () => icon("M3.5 6h13M3.5 10h13M3.5 14h13");
export const lock = () => icon("M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9");
export const hash = () => icon("M8 3.5L6.5 16.5M13.5 3.5L12 16.5M4 7.5h12.5M3.5 12.5H16");
export const eye = () =>
  icon("M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z");
export const flask = () => icon("M8 3h4M8.5 3v5L4.5 16h11l-4-8V3M6.5 12.5h7");
export const down = () => icon("M6 8l4 4 4-4");
export const file = () => icon("M6 3h5.5L15 6.5V17H6zM11.5 3v3.5H15");

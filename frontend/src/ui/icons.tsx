/** Line drawings of 16 by 16, in the colour of the text around them. */

const PATHS = {
  pin: "M6 2h4l-.5 4L12 8.5v1H4v-1L6.5 6 6 2M8 9.5V14",
  pen: "M3 13l.6-2.6 7-7 2 2-7 7L3 13M9.5 4.5l2 2",
  reset: "M3.5 8a4.5 4.5 0 1 0 1.5-3.35M5 2v3h3",
  dice: "M3.5 3.5h9v9h-9zM5.7 5.9h.4M9.9 5.9h.4M7.8 8h.4M5.7 10.1h.4M9.9 10.1h.4",
  back: "M10 3.5 5.5 8l4.5 4.5",
  on: "M6 3.5 10.5 8 6 12.5",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M12.8 9.8A5.5 5.5 0 0 1 6.2 3.2a5.5 5.5 0 1 0 6.6 6.6",
  help: "M5.8 6a2.2 2.2 0 1 1 3.1 2c-.6.3-.9.7-.9 1.4v.2M7.9 12.2h.2",
  save: "M8 2.5v7.5M5 7.2 8 10.2l3-3M3 13h10",
  play: "M5 3.5 12 8l-7 4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  link: "M6.8 9.2l2.4-2.4M7.5 4.7l1-1a2.7 2.7 0 0 1 3.8 3.8l-1 1M8.5 11.3l-1 1a2.7 2.7 0 0 1-3.8-3.8l1-1",
  plus: "M8 3.5v9M3.5 8h9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

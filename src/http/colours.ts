/**
 * Custom properties of the pages that the Worker draws itself, light and dark: those of src/page/styles/tokens.css by
 * the same names, as far as they are used. Text has a contrast of over 4.5 on --page, --card and --sunk (WCAG 2.2, 1.4.3).
 */
export const COLOURS = `:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --sunk: #f1f3f6; --line: #e2e5ea; --line-control: #868f9c; --text: #16191d; --dim: #58606d; --accent: #2f50c9; --accent-hover: #2643ab; --on-accent: #fff; --accent-soft: #eaeefb; --danger: #b3321b; --danger-soft: #fcebe7; --good: #0f7050; --good-soft: #e4f4ed; --warn: #775300; --warn-soft: #fcf2da; --sans: Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Noto Sans SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1216; --card: #171b21; --sunk: #11151a; --line: #2a3039; --line-control: #6c7684; --text: #e8eaee; --dim: #9ba4b0; --accent: #8ea7ff; --accent-hover: #a9bcff; --on-accent: #0d1220; --accent-soft: #1d2640; --danger: #ff8870; --danger-soft: #35190f; --good: #4cc99b; --good-soft: #10291f; --warn: #efca74; --warn-soft: #2c2410; } }
`;

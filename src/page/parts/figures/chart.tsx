import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { language } from "../../app/language.ts";
import { theme } from "../../app/theme.ts";
import { clock, compact, minute } from "../../app/time/format.ts";
import { currentTime } from "../../app/time/server-time.ts";

export interface Line {
  readonly label: string;
  /** A property of `styles/tokens.css`: `--accent`. */
  readonly colour: string;
  readonly dashed?: boolean;
  readonly filled?: boolean;
  /** Each value holds for all the time since the one before it. */
  readonly stepped?: boolean;
}

interface Props {
  /** Epoch milliseconds, rising. */
  readonly times: readonly number[];
  /** One list of values for each line; null: a gap. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly lines: readonly Line[];
  /** For those who do not see it. */
  readonly label: string;
  readonly height?: number;
}

/** The library may be asked for while the server is away. */
const AGAIN_MS = 5_000;

/**
 * uPlot formats numbers in the browser's language as soon as it is loaded, and throws where that is no language tag:
 * Chromium under LANG=C says "en-US@posix".
 */
function loadPlot() {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en", configurable: true });
  }
  return import("uplot");
}

/** Lines over time. The library is loaded with the first one that is drawn. */
export function Chart({ times, values, lines, label, height = 180 }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ times, values });
  latest.current = { times, values };
  const look = `${theme.value} ${language.value} ${lines.map((line) => line.label).join()}`;

  useEffect(() => {
    let isThere = true;
    let again: ReturnType<typeof setTimeout> | undefined;
    const element = frame.current;
    if (element === null) return;
    const draw = async (): Promise<void> => {
      const library = await loadPlot().catch(() => null);
      if (!isThere) return;
      if (library === null) {
        again = setTimeout(draw, AGAIN_MS);
        return;
      }
      const { default: Plot } = library;
      plot.current?.destroy();
      plot.current = new Plot(optionsOf(element, lines, height, Plot), dataOf(latest.current), element);
    };
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    draw();
    return () => {
      isThere = false;
      clearTimeout(again);
      resized.disconnect();
      scheme.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [look, height]);

  useEffect(() => {
    plot.current?.setData(dataOf({ times, values }));
  }, [times, values]);

  return <div class="chart" ref={frame} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

function dataOf({ times, values }: Pick<Props, "times" | "values">): uPlot.AlignedData {
  return [times.map((at) => at / 1000), ...values.map((line) => [...line])];
}

/** Below this, minutes would stand several times. */
const SECONDS_BELOW_S = 600;

function timesOf(ticks: readonly number[]): string[] {
  const isShort = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) < SECONDS_BELOW_S;
  return ticks.map((at) => (isShort ? clock : minute)(at * 1000, currentTime()));
}

const VALUES_PX = 44;
const TIMES_PX = 28;
/** Of the times: a second at least, as less would stand several times. */
const INCREMENTS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800,
];
const FONT = "12px system-ui, sans-serif";

function optionsOf(
  element: HTMLElement,
  lines: readonly Line[],
  height: number,
  { paths }: Pick<typeof uPlot, "paths">,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--dim"), font: FONT, ticks: { show: false } };
  const grid = { stroke: colour("--line"), width: 1 };
  return {
    width: element.clientWidth,
    height,
    padding: [8, 28, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.1, 1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: TIMES_PX,
        space: 80,
        incrs: INCREMENTS_S,
        values: (_, ticks) => timesOf(ticks),
      },
      { ...axis, grid, size: VALUES_PX, space: 36, values: (_, ticks) => ticks.map(compact) },
    ],
    series: [
      { value: (_, at) => (at === null ? "" : clock(at * 1000, currentTime())) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: line.dashed ? 1.5 : 2,
        dash: line.dashed ? [4, 4] : undefined,
        fill: line.filled ? `color-mix(in srgb, ${colour(line.colour)} 14%, transparent)` : undefined,
        ...(line.stepped ? { paths: paths.stepped?.({ align: -1 }) } : {}),
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

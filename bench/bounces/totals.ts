import type { Judged } from "./judge.ts";

export interface Share {
  readonly title: string;
  readonly right: number;
  readonly of: number;
  /** 0 to 1. */
  readonly wanted: number;
}

export interface Totals {
  readonly shares: readonly Share[];
  /** Every share is as large as wanted. */
  readonly enough: boolean;
}

export function sum(judged: readonly Judged[]): Totals {
  const of = (...groups: Judged["group"][]): Judged[] => judged.filter(({ group }) => groups.includes(group));
  const share = (title: string, wanted: number, all: readonly Judged[], isRight: (each: Judged) => boolean): Share => ({
    title,
    right: all.filter(isRight).length,
    of: all.length,
    wanted,
  });
  const byClass = ({ classRight }: Judged): boolean => classRight;
  const shares = [
    share("machine-readable: class digit, permanent or temporary", 0.95, of("machine-readable"), byClass),
    share("machine-readable: whole status", 0.9, of("machine-readable"), ({ statusRight }) => statusRight),
    share("all bounces: class digit", 0.85, of("machine-readable", "text"), byClass),
    share("feedback types", 1, of("feedback"), byClass),
    share("auto-replies not taken for a bounce", 1, of("auto-reply"), ({ got }) => got !== "bounce"),
    share("mails read without a crash", 1, judged, ({ group }) => group !== "crash"),
  ];
  return { shares, enough: shares.every(({ right, of: all, wanted }) => right >= wanted * all) };
}

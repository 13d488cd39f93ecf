import type { PassportLine, SetPassport } from "../generated/records";
import { type Mood, Sign } from "../icons";
import { shelves } from "../link/state";

const FATES: Record<PassportLine["fate"], Mood> = { lost: "critical", approximated: "warning", drawn: "good" };
const VERDICTS: Record<SetPassport["verdict"], Mood> = {
  ready: "good",
  "look at this": "warning",
  "not this": "critical",
};

/** The passport that a render node made of a set when it read it; null before that. */
export function passportOf(scene: string): SetPassport | null {
  const states = Object.values(shelves.set.value).filter((state) => state.scene === scene);
  return states.find((state) => state.passport !== null)?.passport ?? null;
}

/** In a few words: "2 lost, 1 approximated". */
export function lossesOf(passport: SetPassport): string {
  const parts = [
    passport.lost && `${passport.lost} lost`,
    passport.approximated && `${passport.approximated} approximated`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** What a set's files ask for, what becomes of it, and what to do. */
export function Passport({ scene }: { scene: string }) {
  const passport = passportOf(scene);
  if (!passport) return null;
  const told = passport.lines.filter(({ fate, why }) => fate !== "drawn" || why);
  const left = passport.lost + passport.approximated - told.filter(({ fate }) => fate !== "drawn").length;
  return (
    <section class="passport" aria-label="Content passport" data-verdict={passport.verdict}>
      <h3>
        Its files <Sign mood={VERDICTS[passport.verdict]} word={passport.verdict} />
        <small>{lossesOf(passport) || "everything is drawn as they ask"}</small>
      </h3>
      <ul>
        {told.map((line) => (
          <li key={`${line.file} ${line.asks} ${line.why}`} data-fate={line.fate}>
            <Sign mood={FATES[line.fate]} word={line.fate} />
            <span>
              <b>{line.asks}</b> <small>{line.file}</small>
              {line.why && <small class="passport-why">{line.why}</small>}
              {line.remedy && <small class="passport-remedy">{line.remedy}</small>}
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <p class="hint">
          and {left} more: openstage scene check {scene}
        </p>
      )}
    </section>
  );
}

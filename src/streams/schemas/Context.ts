/**
 * What the parts of lowering share while one schema is lowered.
 */
import type { Out } from "./Keywords.ts"
import type { WholeRules } from "./Rules.ts"

/** The lowering of one schema. */
export interface Context {
  /** What the dialect accepts. */
  readonly rules: WholeRules
  /** Lowers a schema that is at a path. */
  readonly lower: (schema: unknown, path: string) => Out
  /** Writes lowered alternatives as one schema. */
  readonly union: (branches: ReadonlyArray<Out>, description: string | undefined, path: string) => Out
  /** Makes a lowered schema admit null. */
  readonly nullable: (schema: Out) => Out
  /** Reports what cannot be lowered, and returns an empty schema. The first report fails the lowering. */
  readonly refuse: (path: string, why: string) => Out
  /** Notes that values of the lowered schema must be restored. */
  readonly reshaped: () => void
}

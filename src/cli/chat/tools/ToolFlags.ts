/**
 * The flags of `sluice chat` that give the model tools.
 */
import * as Flag from "effect/cli/Flag"
import * as Flags from "../../Flags.ts"

/** The values of the flags. */
export interface ToolFlags {
  /** `--mcp`: the commands of MCP servers whose tools the model may call. */
  readonly mcp: ReadonlyArray<string>
  /** `--mcp-env`: the names of the variables that the servers get beside PATH, HOME and LANG. */
  readonly mcpEnv: ReadonlyArray<string>
  /** `--max-steps`: after how many steps the loop stops, 1 or more; default: 20. */
  readonly maxSteps: number | undefined
  /** `--yes`: whether tools run without an approval. */
  readonly yes: boolean
}

/** The flags. */
export const flags = {
  mcp: Flag.String("mcp").pipe(
    Flag.withMetavar("COMMAND"),
    Flag.withDescription("The command of an MCP server whose tools the model may call; may be repeated"),
    Flag.atLeast(0)
  ),
  mcpEnv: Flag.String("mcp-env").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("A variable that MCP servers get beside PATH, HOME and LANG; may be repeated"),
    Flag.atLeast(0)
  ),
  maxSteps: Flag.Int("max-steps").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("The most steps of a model with tools; default: 20"),
    Flag.filter((value) => value > 0, () => "a number above 0"),
    Flags.optional
  ),
  yes: Flag.Boolean("yes").pipe(
    Flag.withDescription("Run tools without an approval; without it and without a terminal, none runs"),
    Flag.withDefault(false)
  )
}

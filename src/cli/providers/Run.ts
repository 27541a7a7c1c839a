/**
 * What `sluice providers` does.
 */
import * as Effect from "effect/Effect"
import type * as Stdio from "effect/Stdio"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as DotEnv from "../../layers/configuration/DotEnv.ts"
import * as Presence from "../../layers/configuration/Presence.ts"
import * as Known from "../../layers/registry/Known.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import { type CliFailure, errorLine, FailedError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"

/** What was asked for on the command line. */
export interface ProvidersFlags {
  readonly provider: string | undefined
  readonly check: boolean
  readonly json: boolean
}

/**
 * A provider as a line of JSON. Only names of variables are in it, never what they hold.
 *
 * **Details**
 *
 * `protocols` are those of chat, `operations` what else there is. `keyState` is `set`, `identity` (a cloud says who asks), `optional` or `missing`. `key` is the variable that the key is
 * in, and `keys` are those that it may be in, in the order of priority. `identity` and `address` are the variables that
 * tell of a cloud identity and of the base URL. `missing` are the alternatives to set, a list of names for each thing that
 * is missing; `ready` when there are none.
 */
interface Line {
  readonly id: string
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly protocols: ReadonlyArray<string>
  readonly operations: ReadonlyArray<string>
  readonly ready: boolean
  readonly keyState: "set" | "identity" | "optional" | "missing"
  readonly key: string | null
  readonly keys: ReadonlyArray<string>
  readonly identity: string | null
  readonly address: string | null
  readonly missing: ReadonlyArray<ReadonlyArray<string>>
  readonly documentation: string
}

/** What some do besides chat, and others instead. */
const operations = ["embeddings", "rerank", "transcription", "speech"] as const

const lineOf = (definition: ProviderDefinition, presence: Presence.Presence): Line => ({
  id: definition.id,
  name: definition.name,
  aliases: definition.aliases,
  protocols: [...new Set(definition.protocols.map(({ protocol }) => protocol))],
  operations: operations.filter((operation) => definition[operation] !== undefined),
  ready: presence.lacking.length === 0,
  keyState: presence.key !== undefined
    ? "set"
    : presence.identity !== undefined
    ? "identity"
    : definition.keyOptional
    ? "optional"
    : "missing",
  key: presence.key ?? null,
  keys: definition.keyEnv,
  identity: presence.identity ?? null,
  address: presence.address ?? null,
  missing: presence.lacking,
  documentation: definition.documentation
})

const columns: ReadonlyArray<Table.Column> = [
  { title: "PROVIDER" },
  { title: "KEY" },
  { title: "ALSO CALLED" },
  { title: "PROTOCOLS" },
  { title: "TO SET" }
]

/** The state of a key, with the variable that says so. */
const keyOf = ({ address, identity, key, keyState }: Line): string => {
  const variable = key ?? identity ?? (keyState === "optional" ? address : null)
  return variable === null ? keyState : `${keyState} (${variable})`
}

const rowOf = (line: Line): ReadonlyArray<string> => [
  line.id,
  keyOf(line),
  line.aliases.join(", "),
  line.protocols.length === 0 ? `(${line.operations.join(", ")})` : line.protocols.join(", "),
  line.missing.map((names) => names.join(" or ")).join(", and ")
]

/** Lists the providers, or checks them. */
export const run = Effect.fnUntraced(
  function*({ check, json, provider }: ProvidersFlags) {
    const given = provider === undefined
      ? undefined
      : yield* Effect.mapError(Resolution.find(Known.definitions, provider), Names.asCommandLine)
    if (check) {
      const Check = yield* Effect.promise(() => import("./Check.ts"))
      return yield* Check.run(given, json)
    }
    const lines = yield* Effect.forEach(
      given === undefined ? Known.definitions : [given],
      (definition) => Effect.map(Presence.of(definition), (presence) => lineOf(definition, presence))
    )
    yield* Output.write(
      json ? lines.map((line) => `${JSON.stringify(line)}\n`).join("") : Table.render(columns, lines.map(rowOf))
    )
  },
  Effect.provide(DotEnv.layer()),
  Effect.catchTag(
    "ConfigurationError",
    (error): Effect.Effect<never, CliFailure, Stdio.Stdio> => Effect.fail(new FailedError({ line: errorLine(error) }))
  )
)

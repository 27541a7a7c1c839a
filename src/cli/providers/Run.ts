/**
 * Runs `sluice providers`.
 */
import * as Effect from "effect/Effect"
import type * as Stdio from "effect/Stdio"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as DotEnv from "../../layers/configuration/DotEnv.ts"
import * as Presence from "../../layers/configuration/Presence.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import { type CliFailure, errorLine, FailedError } from "../Failures.ts"
import * as DefaultModels from "../call/DefaultModels.ts"
import * as Names from "../Names.ts"
import * as Output from "../Output.ts"
import * as Table from "../terminal/Table.ts"

/** The flags and arguments of `sluice providers`. */
export interface ProvidersFlags {
  /** `--provider`: the id or alias of a provider; default: all. */
  readonly provider: string | undefined
  /** `--check`: whether to send a request with each key; default: `false`. */
  readonly check: boolean
  /** `--json`: whether to print lines of JSON; default: `false`, a table. */
  readonly json: boolean
}

/** A provider as a line of JSON. It has only names of variables, never their values. */
interface Line {
  /** The provider's id. */
  readonly id: string
  /** The provider's name. */
  readonly name: string
  /** Other names that the flags accept. */
  readonly aliases: ReadonlyArray<string>
  /** The protocols of chat. */
  readonly protocols: ReadonlyArray<string>
  /** The operations beside chat. */
  readonly operations: ReadonlyArray<string>
  /** Whether nothing is missing. */
  readonly ready: boolean
  /** The state of the key; `identity`: a cloud identity replaces it. */
  readonly keyState: "set" | "identity" | "optional" | "missing"
  /** The variable with the key; `null` when none is set. */
  readonly key: string | null
  /** The variables that can have the key, by priority. */
  readonly keys: ReadonlyArray<string>
  /** The variable that indicates a cloud identity; `null` when none is set. */
  readonly identity: string | null
  /** The variable with the base URL; `null` when none is set. */
  readonly address: string | null
  /** For each missing setting, the variables of which one must be set. */
  readonly missing: ReadonlyArray<ReadonlyArray<string>>
  /** When the provider's service ended; `null` where it has not. */
  readonly ended: string | null
  /** What replaces a service that ended; `null` where it has not. */
  readonly replacement: string | null
  /** The base URL, which may contain address variables; `null` where every user has another one. */
  readonly baseUrl: string | null
  /** The variables that can have the base URL, by priority. */
  readonly baseUrls: ReadonlyArray<string>
  /** The model of each operation when none is named. */
  readonly defaultModels: Readonly<Partial<Record<DefaultModels.Operation, string>>>
  /** The URL of the provider's documentation. */
  readonly documentation: string
}

/** The operations beside chat. */
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
  ended: definition.ended?.date ?? null,
  replacement: definition.ended?.replacement ?? null,
  baseUrl: definition.baseUrl ?? null,
  baseUrls: definition.baseUrlEnv,
  defaultModels: DefaultModels.allOf(definition.id),
  documentation: definition.documentation
})

const columns: ReadonlyArray<Table.Column> = [
  { title: "PROVIDER" },
  { title: "KEY" },
  { title: "ALSO CALLED" },
  { title: "PROTOCOLS" },
  { title: "TO SET" }
]

/** Formats the state of a key with the variable that determines it. */
const keyOf = ({ address, identity, key, keyState }: Line): string => {
  const variable = key ?? identity ?? (keyState === "optional" ? address : null)
  return variable === null ? keyState : `${keyState} (${variable})`
}

const rowOf = (line: Line): ReadonlyArray<string> => [
  line.id,
  keyOf(line),
  line.aliases.join(", "),
  line.protocols.length === 0 ? `(${line.operations.join(", ")})` : line.protocols.join(", "),
  [
    ...(line.ended === null || line.address !== null ? [] : [`ended ${line.ended}: another base URL in`]),
    line.missing.map((names) => names.join(" or ")).join(", and ")
  ].join(" ")
]

/** Lists the providers, or checks them. */
export const run = Effect.fnUntraced(
  function*({ check, json, provider }: ProvidersFlags) {
    const given = provider === undefined
      ? undefined
      : yield* Effect.mapError(Resolution.find(KnownProviders.definitions, provider), Names.asCommandLine)
    if (check) {
      const Check = yield* Effect.promise(() => import("./Check.ts"))
      return yield* Check.run(given, json)
    }
    const lines = yield* Effect.forEach(
      given === undefined ? KnownProviders.definitions : [given],
      (definition) => Effect.map(Presence.of(definition), (presence) => lineOf(definition, presence))
    )
    yield* Output.write(
      json
        ? lines.map((line) => `${JSON.stringify(line)}\n`).join("")
        : Table.render(columns, lines.map(rowOf), yield* Output.width)
    )
  },
  DotEnv.within(),
  Effect.catchTag(
    "ConfigurationError",
    (error): Effect.Effect<never, CliFailure, Stdio.Stdio> => Effect.fail(new FailedError({ line: errorLine(error) }))
  )
)

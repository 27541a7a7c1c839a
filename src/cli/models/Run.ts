/**
 * Runs `sluice models`.
 */
import * as Effect from "effect/Effect"
import type * as Stdio from "effect/Stdio"
import type { ModelInfo, ModelKind } from "../../domain/ModelInfo.ts"
import * as DotEnv from "../../layers/configuration/DotEnv.ts"
import * as Models from "../../layers/catalogue/Models.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import { ModelRegistry } from "../../services/ModelRegistry.ts"
import { type CliFailure, errorLine, FailedError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as Output from "../Output.ts"
import * as Table from "../terminal/Table.ts"

/** The flags and arguments of `sluice models`. */
export interface ModelsFlags {
  /** `--provider`: the id or alias of a provider; default: all. */
  readonly provider: string | undefined
  /** `--kind`: the kind of models; default: all. */
  readonly kind: ModelKind | undefined
  /** `--live`: whether to request the lists of the providers; default: `false`, the catalogue only. */
  readonly live: boolean
  /** `--json`: whether to print lines of JSON; default: `false`, a table. */
  readonly json: boolean
  /** Names of models, as `NAME` or `PROVIDER/NAME`; none: all models. */
  readonly names: ReadonlyArray<string>
}

const columns: ReadonlyArray<Table.Column> = [
  { title: "MODEL" },
  { title: "KIND" },
  { title: "CONTEXT", align: "right" },
  { title: "OUTPUT", align: "right" },
  { title: "$ IN", align: "right" },
  { title: "$ CACHED", align: "right" },
  { title: "$ OUT", align: "right" },
  { title: "ENDS" },
  { title: "CAN" }
]

const unknown = "?"
const shown = (value: number | undefined): string => (value === undefined ? unknown : String(value))

const capabilities = [
  ["tools", "tools"],
  ["vision", "vision"],
  ["reasoning", "reasoning"],
  ["structuredOutput", "schemas"]
] as const

const rowOf = (
  { capabilities: able, contextWindow, dates, id, kind, maxOutputTokens, prices, provider }: ModelInfo
) => [
  `${provider}/${id}`,
  kind ?? unknown,
  shown(contextWindow),
  shown(maxOutputTokens),
  shown(prices.input),
  shown(prices.cachedInput),
  shown(prices.output),
  dates.deprecated ?? "",
  capabilities.flatMap(([capability, word]) => (able[capability] === true ? [word] : [])).join(" ")
]

/** Returns the models that the flags select. An unknown name is a wrong command line. */
const select = Effect.fnUntraced(function*(flags: ModelsFlags, provider: string | undefined) {
  const models = yield* ModelRegistry
  if (flags.names.length === 0) return yield* models.list({ provider, kind: flags.kind })
  const found = yield* Effect.forEach(flags.names, (name) =>
    Effect.mapError(
      models.get(provider === undefined ? name : { provider, model: name }),
      Names.asCommandLine
    ))
  return found.filter(({ kind }) => flags.kind === undefined || kind === flags.kind)
})

const show = Effect.fnUntraced(function*(flags: ModelsFlags) {
  const given = flags.provider === undefined
    ? undefined
    : yield* Effect.mapError(Resolution.find(KnownProviders.definitions, flags.provider), Names.asCommandLine)
  const failures = flags.live
    ? yield* Effect.flatMap(Effect.promise(() => import("./Live.ts")), (Live) => Live.merge(given))
    : []
  const all = yield* select(flags, given?.id)
  const models = flags.live && flags.names.length === 0 ? all.filter(({ available }) => available === true) : all
  if (flags.json) yield* Output.write(models.map((model) => `${JSON.stringify(model)}\n`).join(""))
  else if (models.length > 0) yield* Output.write(Table.render(columns, models.map(rowOf), yield* Output.width))
  for (const line of failures) yield* Output.writeErrorLine(line)
  if (failures.length > 0) return yield* new FailedError({})
  if (models.length === 0) {
    yield* Output.writeErrorLine(
      given?.models === undefined || flags.live
        ? "No such model is known."
        : `No such model of ${given.id} is known. With --live, the provider's list is requested.`
    )
  }
})

/** Lists the models of the command line. */
export const run = Effect.fnUntraced(
  function*(flags: ModelsFlags) {
    yield* Effect.provide(show(flags), Models.layerConfig())
  },
  DotEnv.within(),
  Effect.catchTag(
    "ConfigurationError",
    (error): Effect.Effect<never, CliFailure, Stdio.Stdio> => Effect.fail(new FailedError({ line: errorLine(error) }))
  )
)

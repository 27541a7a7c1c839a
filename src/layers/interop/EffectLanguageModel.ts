/**
 * Provides the `LanguageModel` of `effect/ai` from the `ChatModel` of Sluice, for programs and libraries that use it:
 * `Chat`, toolkits, `generateObject`, MCP, `ExecutionPlan`.
 *
 * **Details**
 *
 * Tools run when the completion has ended and is proven whole: a cut completion fails and runs none of its tools. What
 * the parts of `effect/ai` have no place for (signatures, citations, cached tokens, warnings) is in their metadata by
 * the key `sluice`, and is restored from there in the next request. `AiErrors.errorOf` returns the error of Sluice
 * behind an `AiError`.
 *
 * **Example** (A program of `effect/ai`)
 *
 * ```ts
 * import { NodeRuntime } from "@effect/platform-node"
 * import { Console, Effect, Layer, Schema } from "effect"
 * import { LanguageModel, Tool, Toolkit } from "effect/ai"
 * import { EffectLanguageModel, Providers, UndiciHttpClient } from "sluice"
 *
 * const Weather = Tool.make("weather", {
 *   description: "Returns the temperature of a city in degrees Celsius.",
 *   parameters: Schema.Struct({ city: Schema.String }),
 *   success: Schema.Finite
 * })
 * const Tools = Toolkit.make(Weather)
 *
 * const program = LanguageModel.generateText({ prompt: "How warm is it in Oslo?", toolkit: Tools }).pipe(
 *   Effect.flatMap(({ toolResults }) => Console.log(toolResults[0]?.result))
 * )
 *
 * const Live = Layer.mergeAll(
 *   EffectLanguageModel.layer({ model: "openai/gpt-5.4-mini" }),
 *   Tools.toLayer({ weather: () => Effect.succeed(12) })
 * ).pipe(Layer.provide(Providers.layerConfig), Layer.provide(UndiciHttpClient.layer))
 *
 * NodeRuntime.runMain(Effect.provide(program, Live))
 * ```
 *
 * @since 0.2.0
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Model from "effect/ai/Model"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import { namesOf } from "./language/Names.ts"

export type { FinishMetadata, ItemMetadata, SourceMetadata } from "./language/Metadata.ts"

/**
 * Options of the model: a completion request without what `effect/ai` has options for.
 *
 * @category models
 * @since 0.2.0
 */
export interface Options
  extends Omit<CompletionRequestInput, "prompt" | "tools" | "toolChoice" | "outputSchema" | "assemble">
{
  /** Whether the provider enforces the schema of `generateObject` while the model writes. Default `true`. */
  readonly strictOutput?: boolean | undefined
}

/**
 * The options of the calls inside an effect, over those of the model. Default: none.
 *
 * @category options
 * @since 0.2.0
 */
export const CurrentOptions: Context.Reference<Partial<Options>> = Context.Reference(
  "sluice/layers/interop/EffectLanguageModel/CurrentOptions",
  { defaultValue: (): Partial<Options> => ({}) }
)

/**
 * Changes the options for the calls inside an effect. For a stream, provide `CurrentOptions`.
 *
 * @category options
 * @since 0.2.0
 */
export const withOptions = (options: Partial<Options>) => <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.updateService(self, CurrentOptions, (current) => ({ ...current, ...options }))

const loadedModel = Effect.promise(() => import("./OfChatModel.ts"))

/**
 * Makes the model.
 *
 * @category constructors
 * @since 0.2.0
 */
export const make = (options: Options): Effect.Effect<LanguageModel.LanguageModel, never, ChatModel> =>
  Effect.flatMap(loadedModel, (OfChatModel) => OfChatModel.make(options, CurrentOptions))

/**
 * Layer that provides the `LanguageModel` of `effect/ai`.
 *
 * @category layers
 * @since 0.2.0
 */
export const layer = (options: Options): Layer.Layer<LanguageModel.LanguageModel, never, ChatModel> =>
  Layer.unwrap(Effect.map(loadedModel, (OfChatModel) => OfChatModel.layer(options, CurrentOptions)))

/**
 * Makes a `Model` of `effect/ai`: the layer of the model with its names, for `ExecutionPlan` and programs that switch
 * models.
 *
 * @category constructors
 * @since 0.2.0
 */
export const model = (options: Options): Model.Model<string, LanguageModel.LanguageModel, ChatModel> => {
  const { model: name, provider } = namesOf(options.model)
  return Model.make(provider, name, layer(options))
}

const loadedChatModel = Effect.promise(() => import("./OfLanguageModel.ts"))

/**
 * Makes a `ChatModel` of the `LanguageModel` in the context, whichever library it is from.
 *
 * **Details**
 *
 * The promises of a `ChatModel` hold: parts without a finish fail with an `IncompleteStreamError`, tool calls come when
 * the finish has proven them whole, and the errors are those of a completion. The `LanguageModel` has its own model and
 * settings: the `model` of a request is only a name in errors, sampling fields are left out with a warning, and a limit
 * of tokens, stop texts, `parallelToolCalls: false` and `outputSchema: "json"` are invalid. With an `outputSchema` the
 * text comes at once.
 *
 * @category constructors
 * @since 0.2.0
 */
export const chatModel: Effect.Effect<ChatModel["Service"], never, LanguageModel.LanguageModel> = Effect.flatMap(
  loadedChatModel,
  (OfLanguageModel) => OfLanguageModel.make
)

/**
 * Layer that provides a `ChatModel` of the `LanguageModel` in the context. Its contract is that of `chatModel`.
 *
 * **Example** (A model of another library)
 *
 * ```ts
 * import { Layer } from "effect"
 * import type { LanguageModel } from "effect/ai"
 * import { EffectLanguageModel } from "sluice"
 *
 * export const over = (theirs: Layer.Layer<LanguageModel.LanguageModel>) =>
 *   EffectLanguageModel.layerChatModel.pipe(Layer.provide(theirs))
 * ```
 *
 * @category layers
 * @since 0.2.0
 */
export const layerChatModel: Layer.Layer<ChatModel, never, LanguageModel.LanguageModel> = Layer.unwrap(
  Effect.map(loadedChatModel, (OfLanguageModel) => OfLanguageModel.layer)
)

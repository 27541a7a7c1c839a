/**
 * Warns about a default model that its provider will withdraw, or has withdrawn.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Model from "../../domain/Model.ts"
import * as Models from "../../layers/catalogue/Models.ts"

/** How long before its end a model is warned about, in milliseconds: 60 days. */
const notice = 60 * 24 * 60 * 60 * 1000

/** Returns the warning about a model that ends within 60 days by the registry; `undefined` for another model. */
export const warning = Effect.fnUntraced(function*(model: Model.Model): Effect.fn.Return<string | undefined> {
  const models = yield* Models.make()
  const { model: id, provider } = model
  const end = (yield* models.find(model))?.dates.deprecated
  const left = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end) - (yield* Clock.currentTimeMillis)
  return left > notice ?
    undefined :
    `The default model ${provider}/${id} ${left > 0 ? "ends" : "ended"} on ${end}: name another with --model.`
})

/**
 * Reads the names of a provider and a model.
 */
import type { Model } from "../../../domain/Model.ts"

/** Returns the names; an empty one for a provider that the name of the model does not have. */
export const namesOf = (model: string | Model): { readonly provider: string; readonly model: string } => {
  if (typeof model !== "string") return model
  const slash = model.indexOf("/")
  return { provider: model.slice(0, Math.max(0, slash)), model: model.slice(slash + 1) }
}

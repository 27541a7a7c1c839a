/**
 * Answers what is asked besides work: about models, about a key, or for nothing that there is.
 *
 * @since 0.1.0
 */
import * as Response from "../Response.ts"
import type { SimulatorQuirks } from "../scenario/SimulatorQuirks.ts"
import type { Beside, Incoming, Problem, WireProtocol } from "../WireProtocol.ts"
import * as WireProtocols from "../WireProtocols.ts"
import * as Listings from "./Listings.ts"

/**
 * Under which circumstances something is asked. `wrongKey` is what is wrong with the key, by the rules of a protocol.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances extends Omit<Response.Question, "protocol" | "quirks"> {
  readonly wrongKey: (protocol: WireProtocol) => Problem | undefined
}

const asked = /\/models(?:\/([^/]+))?$/

const one = (protocol: WireProtocol, models: ReadonlyArray<string>, id: string): Beside =>
  models.includes(id) ? { json: protocol.model(id) } : { problem: { kind: "model-not-found", status: 404 } }

/**
 * Answers a request that no protocol serves.
 *
 * @category constructors
 * @since 0.1.0
 */
export const respond = (request: Incoming, { wrongKey, ...circumstances }: Circumstances): Response.Response => {
  const { scenario } = circumstances
  const models = scenario.models ?? ["simulated"]
  const query = new URLSearchParams(request.query)
  const answer = (protocol: WireProtocol, beside: Beside, quirks?: SimulatorQuirks) => {
    const problem = wrongKey(protocol)
    return Response.beside(problem === undefined ? beside : { problem }, {
      ...circumstances,
      protocol,
      quirks: { ...scenario.quirks, ...quirks }
    })
  }
  const beside = WireProtocols.beside(request, models)
  if (beside !== undefined) return answer(beside.protocol, beside.answer)
  const listing = Listings.find(request)
  if (listing !== undefined) return answer(listing.protocol, { json: listing.answer(models, query) }, listing.quirks)
  const family = WireProtocols.forOther(request)
  const found = asked.exec(request.path)
  if (request.method !== "GET" || found === null) {
    const message = family.id === "anthropic-messages" ? undefined : `Invalid URL (${request.method} ${request.path})`
    return Response.rejected(family, { kind: "not-found", message }, circumstances.requestId, scenario.quirks)
  }
  const [, id] = found
  return answer(
    family,
    id === undefined ? { json: family.models(models, query) } : one(family, models, decodeURIComponent(id))
  )
}

/**
 * Responds to requests that are not for a model: lists of models, questions about a key, and unknown paths.
 */
import * as RequestChecks from "../RequestChecks.ts"
import type { RequestContext } from "../RequestContext.ts"
import * as Response from "../Response.ts"
import type { SimulatorQuirks } from "../scenario/SimulatorQuirks.ts"
import type { IncomingRequest, SideResponse, WireProtocol } from "../WireProtocol.ts"
import * as WireProtocols from "../WireProtocols.ts"
import * as Listings from "./Listings.ts"

const modelsPath = /\/models(?:\/([^/]+))?$/

const oneModel = (protocol: WireProtocol, models: ReadonlyArray<string> | undefined, id: string): SideResponse =>
  models?.includes(id) ?? true ? { json: protocol.model(id) } : { problem: { kind: "model-not-found", status: 404 } }

/** Responds to a request that no protocol and no operation serves. */
export const respond = (request: IncomingRequest, context: RequestContext): Response.Response => {
  const { memory, requestId, scenario } = context
  // Without a list every model exists, and those are listed that have been requested.
  const models = scenario.models ?? [...new Set(["simulated", ...memory.models()])]
  const query = new URLSearchParams(request.query)
  const send = (protocol: WireProtocol, response: SideResponse, quirks?: SimulatorQuirks) => {
    const problem = RequestChecks.checkKey(protocol, request, scenario)
    return Response.forSideEndpoint(problem === undefined ? response : { problem }, {
      ...context,
      protocol,
      quirks: { ...scenario.quirks, ...quirks }
    })
  }
  const side = WireProtocols.sideResponse(request, models)
  if (side !== undefined) return send(side.protocol, side.response)
  const listing = Listings.find(request)
  if (listing !== undefined) return send(listing.protocol, { json: listing.respond(models, query) }, listing.quirks)
  const protocol = WireProtocols.forHeaders(request)
  const found = modelsPath.exec(request.path)
  if (request.method !== "GET" || found === null) {
    const message = protocol.id === "anthropic-messages" ? undefined : `Invalid URL (${request.method} ${request.path})`
    return Response.error(protocol, { kind: "not-found", message }, requestId, scenario.quirks)
  }
  const [, id] = found
  return send(
    protocol,
    id === undefined
      ? { json: protocol.models(models, query) }
      : oneModel(protocol, scenario.models, decodeURIComponent(id))
  )
}

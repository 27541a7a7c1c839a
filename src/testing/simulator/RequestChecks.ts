/**
 * Checks of a request that are the same for every protocol: its key and its model.
 */
import type { Scenario } from "./scenario/Scenario.ts"
import type { IncomingRequest, Problem, WireProtocol } from "./WireProtocol.ts"

/** Checks that a request has the key that the scenario requires. */
export const checkKey = (protocol: WireProtocol, request: IncomingRequest, scenario: Scenario): Problem | undefined => {
  const key = protocol.credential(request)
  const isMissing = key === "" || key === undefined && (scenario.requireKey ?? false) !== false
  if (isMissing) return { kind: "authentication", message: protocol.missingKey }
  return typeof scenario.requireKey === "string" && key !== scenario.requireKey ? { kind: "authentication" } : undefined
}

/** Checks that the requested model is one of the scenario's models. */
export const checkModel = (
  protocol: WireProtocol,
  request: IncomingRequest,
  scenario: Scenario
): Problem | undefined => {
  const { model } = protocol.match(request)
  if (model === undefined || model === "" || scenario.models === undefined || scenario.models.includes(model))
    return undefined
  return {
    kind: "model-not-found",
    message: protocol.unknownModel?.(model) ?? `The model '${model}' does not exist or you do not have access to it.`
  }
}

/** Runs all checks: the key, the rules of the protocol or operation unless strictness is off, and the model. */
export const check = (
  protocol: WireProtocol,
  request: IncomingRequest,
  scenario: Scenario
): Problem | undefined =>
  checkKey(protocol, request, scenario) ??
    (request.strictness === "off" ? undefined : protocol.validate(request)) ??
    checkModel(protocol, request, scenario)

/**
 * Reads the address and the key of a request to Amazon Bedrock.
 */
import type { IncomingRequest } from "../WireProtocol.ts"

/** The operations of a model. */
export type Operation = "converse" | "converse-stream" | "invoke" | "invoke-with-response-stream"

/**
 * Reads `…/model/{model}/{operation}`. The model's name is percent-encoded, since it may contain colons and slashes.
 */
export const read = (path: string): { readonly model: string; readonly operation: Operation } | undefined => {
  const found = /\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/.exec(path)
  const [, name, operation] = found ?? []
  if (name === undefined || operation === undefined) return undefined
  try {
    return { model: decodeURIComponent(name), operation: operation as Operation }
  } catch {
    return undefined
  }
}

/**
 * Returns the key of a request: the bearer key, or the id of the access key that signed it. Signatures are not checked.
 */
export const credential = ({ headers }: Pick<IncomingRequest, "headers">): string | undefined => {
  const authorization = headers["authorization"]
  if (authorization === undefined) return undefined
  const [, accessKey] = /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)/.exec(authorization) ?? []
  return accessKey ?? authorization.replace(/^bearer(\s+|$)/i, "").trim()
}

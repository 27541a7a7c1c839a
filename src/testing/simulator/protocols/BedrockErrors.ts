/**
 * Amazon Bedrock's error responses: the message is in the body, the type in a header, and in a stream both are in a
 * frame.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 */
import type { Json } from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import { type ErrorResponse, type ErrorTemplate, type Problem, retryAfter, type WireEvent } from "../WireProtocol.ts"

const templates: Readonly<Record<ErrorKind, ErrorTemplate>> = {
  "rate-limit": {
    status: 429,
    type: "ThrottlingException",
    message: "Too many requests, please wait before trying again."
  },
  quota: {
    status: 400,
    type: "ServiceQuotaExceededException",
    message: "Your request exceeds the service quota for your account."
  },
  overloaded: {
    status: 503,
    type: "ServiceUnavailableException",
    message: "Bedrock is unable to process your request."
  },
  "server-error": {
    status: 500,
    type: "InternalServerException",
    message: "The system encountered an unexpected error during processing. Try your request again."
  },
  timeout: { status: 408, type: "ModelTimeoutException", message: "Model has timed out in processing the request." },
  authentication: {
    status: 403,
    type: "UnrecognizedClientException",
    message: "The security token included in the request is invalid."
  },
  permission: {
    status: 403,
    type: "AccessDeniedException",
    message: "You don't have access to the model with the specified model ID."
  },
  "model-not-found": {
    status: 400,
    type: "ValidationException",
    message: "The provided model identifier is invalid."
  },
  "not-found": { status: 404, type: "ResourceNotFoundException", message: "Could not resolve the requested resource." },
  "invalid-request": { status: 400, type: "ValidationException", message: "The request is not valid." },
  "context-length": { status: 400, type: "ValidationException", message: "Input is too long for requested model." },
  "content-filter": {
    status: 400,
    type: "ValidationException",
    message: "Output blocked by content filtering policy"
  },
  "too-large": { status: 413, type: "RequestEntityTooLargeException", message: "Request body is too large." }
}

/** Creates the error response of a problem. */
export const errorResponse = (problem: Problem): ErrorResponse => {
  const template = templates[problem.kind]
  return {
    status: problem.status ?? template.status,
    headers: {
      "x-amzn-errortype": `${problem.code ?? template.type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      ...retryAfter(problem)
    },
    body: { message: problem.message ?? template.message }
  }
}

/** The exceptions that the API documents for streams. All others arrive as an error of the model's server. */
const streamExceptions = new Set([
  "InternalServerException",
  "ModelStreamErrorException",
  "ModelTimeoutException",
  "ServiceUnavailableException",
  "ThrottlingException",
  "ValidationException"
])

/** Creates the event that ends a stream with a problem. */
export const exception = (problem: Problem): WireEvent => {
  const template = templates[problem.kind]
  const type = problem.code ?? template.type
  const message = problem.message ?? template.message
  const isKnown = streamExceptions.has(type)
  const name = isKnown ? type : "ModelStreamErrorException"
  return {
    name: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    data: JSON.stringify(
      isKnown ? { message } : { message, originalStatusCode: template.status, originalMessage: message }
    ),
    tokens: 0,
    isException: true
  }
}

/** Creates one entry of the list of models. */
export const model = (id: string): Json => ({
  modelId: id,
  modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${id}`,
  modelName: id,
  providerName: "Simulator",
  inputModalities: ["TEXT"],
  outputModalities: ["TEXT"],
  responseStreamingSupported: true,
  inferenceTypesSupported: ["ON_DEMAND"],
  modelLifecycle: { status: "ACTIVE" }
})

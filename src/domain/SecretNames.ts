/**
 * The names of the headers, query parameters and body fields that authenticate requests.
 *
 * @since 0.1.0
 */

/**
 * The names of headers that hold a credential or the account that is billed, in lower case.
 *
 * @category models
 * @since 0.1.0
 */
export const headerNames: ReadonlyArray<string> = [
  "anthropic-organization-id",
  "api-key",
  "apikey",
  "appid",
  "authorization",
  "cf-access-client-id",
  "cf-access-client-secret",
  "cf-aig-authorization",
  "chatgpt-account-id",
  "client-secret",
  "cookie",
  "cookie2",
  "helicone-auth",
  "metadata-token",
  "ocp-apim-subscription-key",
  "openai-organization",
  "openai-project",
  "proxy-authorization",
  "set-cookie",
  "set-cookie2",
  "subscription-key",
  "token",
  "x-access-token",
  "x-amz-security-token",
  "x-amz-session-token",
  "x-amzn-bedrock-api-key",
  "x-api-key",
  "x-api-token",
  "x-apikey",
  "x-auth-email",
  "x-auth-key",
  "x-auth-token",
  "x-authorization",
  "x-aws-ec2-metadata-token",
  "x-client-secret",
  "x-csrf-token",
  "x-forwarded-access-token",
  "x-functions-key",
  "x-goog-api-key",
  "x-goog-iam-authorization-token",
  "x-goog-iap-jwt-assertion",
  "x-identity-header",
  "x-litellm-api-key",
  "x-ms-authorization-auxiliary",
  "x-portkey-api-key",
  "x-secret-key",
  "x-serverless-authorization",
  "x-session-token",
  "x-subscription-token",
  "x-token",
  "x-vault-token",
  "x-xsrf-token"
]

/**
 * The names of query parameters that hold a credential, in lower case.
 *
 * @category models
 * @since 0.1.0
 */
export const queryNames: ReadonlyArray<string> = [
  "access_key",
  "access_token",
  "api-key",
  "api_key",
  "api_token",
  "apikey",
  "assertion",
  "auth",
  "auth_token",
  "authorization",
  "awsaccesskeyid",
  "client_assertion",
  "client_secret",
  "code",
  "groupid",
  "id_token",
  "jwt",
  "key",
  "password",
  "refresh_token",
  "secret",
  "session_token",
  "sig",
  "signature",
  "subscription-key",
  "token",
  "x-amz-credential",
  "x-amz-security-token",
  "x-amz-signature",
  "x-goog-api-key",
  "x-goog-credential",
  "x-goog-signature"
]

/**
 * The names of the fields of a body, JSON or form, that hold a credential, in lower case.
 *
 * **Details**
 *
 * They are fewer than the query parameters: in a body `token` is a piece of text, `key` the key of a map, and
 * `signature` that of a reasoning block, which must be sent back unchanged.
 *
 * @category models
 * @since 0.1.0
 */
export const fieldNames: ReadonlyArray<string> = [
  "access_token",
  "accesskeyid",
  "accesstoken",
  "api-key",
  "api_key",
  "api_token",
  "apikey",
  "assertion",
  "auth_token",
  "authorization",
  "authorization_token",
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "bearer_token",
  "client_assertion",
  "client_secret",
  "clientsecret",
  "cookie",
  "id_token",
  "idtoken",
  "ocp-apim-subscription-key",
  "password",
  "private_key",
  "privatekey",
  "proxy-authorization",
  "refresh_token",
  "refreshtoken",
  "secret_access_key",
  "secret_key",
  "secretaccesskey",
  "session_token",
  "sessiontoken",
  "set-cookie",
  "x-api-key",
  "x-auth-token",
  "x-goog-api-key"
]

/**
 * The names of request headers whose values are public, in lower case. Any other header that a program adds may hold a
 * credential of its gateway.
 *
 * @category models
 * @since 0.1.0
 */
export const publicHeaderNames: ReadonlyArray<string> = [
  "accept",
  "accept-encoding",
  "accept-language",
  "anthropic-beta",
  "anthropic-version",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "http-referer",
  "openai-beta",
  "origin",
  "referer",
  "user-agent",
  "x-request-id",
  "x-title"
]

/**
 * The names of query parameters whose values are public, in lower case.
 *
 * @category models
 * @since 0.1.0
 */
export const publicQueryNames: ReadonlyArray<string> = ["alt", "api-version", "api_version", "beta", "version"]

const headerSet = new Set(headerNames)
const publicHeaderSet = new Set(publicHeaderNames)
const publicQuerySet = new Set(publicQueryNames)
const querySet = new Set(queryNames)

/**
 * Matches the names of headers that hold a credential and are in no list, by their ends. Counts of tokens, which many
 * responses have, do not match.
 *
 * @category models
 * @since 0.1.0
 */
export const headerEnding =
  /(?:^|[-_])(?:api[-_]?key|access[-_]?key|secret(?:[-_]key)?|token|auth|authorization|credentials?|password|jwt|cookie)$/i

/**
 * Returns whether a header holds a credential.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isHeader = (name: string): boolean => headerSet.has(name.toLowerCase()) || headerEnding.test(name)

/**
 * Returns whether a query parameter holds a credential.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isQuery = (name: string): boolean => querySet.has(name.toLowerCase())

/**
 * Returns whether a request's header may be shown.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPublicHeader = (name: string): boolean => publicHeaderSet.has(name.toLowerCase())

/**
 * Returns whether a parameter of an address may be shown.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPublicQuery = (name: string): boolean => publicQuerySet.has(name.toLowerCase())

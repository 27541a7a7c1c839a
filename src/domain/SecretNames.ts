/**
 * Where secrets are: the names of the headers, query parameters and body fields by which providers are authenticated.
 *
 * @since 0.1.0
 */

/**
 * The headers that hold a credential or name the account that pays, in lower case.
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
 * The query parameters that hold a credential, in lower case.
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
 * The fields of a JSON or form body that hold a credential, in lower case.
 *
 * **Details**
 *
 * Narrower than the query parameters: in a body `token` is a piece of text, `key` a map's key and `signature` the proof
 * of a reasoning block that must be sent back as it came.
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
 * The headers of a request whose values are nobody's secret, in lower case. Any other header that a program adds may be
 * the way in to its gateway, whatever it is called.
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
 * The query parameters of an address whose values are nobody's secret, in lower case.
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
 * How a header is called that holds a credential and is in no list: the name ends in what it is. Counts of tokens, which
 * many answers carry, do not.
 *
 * @category models
 * @since 0.1.0
 */
export const headerEnding =
  /(?:^|[-_])(?:api[-_]?key|access[-_]?key|secret(?:[-_]key)?|token|auth|authorization|credentials?|password|jwt|cookie)$/i

/**
 * Tells whether a header holds a credential.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isHeader = (name: string): boolean => headerSet.has(name.toLowerCase()) || headerEnding.test(name)

/**
 * Tells whether a query parameter holds a credential.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isQuery = (name: string): boolean => querySet.has(name.toLowerCase())

/**
 * Tells whether a request's header may be shown.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPublicHeader = (name: string): boolean => publicHeaderSet.has(name.toLowerCase())

/**
 * Tells whether a parameter of an address may be shown.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPublicQuery = (name: string): boolean => publicQuerySet.has(name.toLowerCase())

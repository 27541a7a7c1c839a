/**
 * Names of models that reason before they write, so that a healthy response may send nothing for minutes.
 */

/** Parts of the names of reasoning models, as their vendors publish them. */
const names =
  /(^|[/:.-])(o[1-9]|gpt-[5-9]|gpt-oss|claude-((opus|sonnet)-[4-9]|fable|mythos|haiku-[5-9])|gemini-(2\.5|[3-9])|grok-[4-9]|deepseek-(r\d|reasoner|v[4-9]|flash)|qwq|qwen3|magistral|kimi-k[2-9]|glm-[4-9]|minimax-m\d|sonar-(reasoning|deep)|nova-premier)|thinking|reason/i

/** Returns whether a model is known to reason, by its name. */
export const isReasoningModel = (model: string): boolean => names.test(model)

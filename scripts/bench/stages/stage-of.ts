import type { Frame } from './profile.ts';
import { LAST_RULES, PSEUDO_FUNCTIONS, RULES, type Rule, type Stage } from './stage-table.ts';

/** Whose work it is: from the leaf to the root, the first frame that belongs to a stage. */
export function stageOf(stack: readonly Frame[]): Stage {
  const [leaf] = stack;
  const pseudo = leaf?.file === '' ? PSEUDO_FUNCTIONS[leaf.name] : undefined;
  return pseudo ?? firstOf(stack, RULES) ?? firstOf(stack, LAST_RULES) ?? 'other';
}

function firstOf(stack: readonly Frame[], rules: readonly Rule[]): Stage | undefined {
  for (const frame of stack) {
    const rule = ruleOf(frame, rules);
    if (rule !== undefined) return rule.stage;
  }
  return undefined;
}

export const ruleOf = (frame: Frame, rules: readonly Rule[]): Rule | undefined => rules.find((one) => fits(frame, one));

const fits = ({ file, name }: Frame, { under, named }: Rule): boolean =>
  file.startsWith(under) && (named === undefined || named.includes(name));

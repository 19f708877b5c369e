// What a moderator picked in the settings panel, as a change of settings: within the operator's ceiling, or no change at all. Values come
// back from the moderator's client, so that each is checked here whatever the panel offered.

import type { GuildSettings } from '../store/guild-settings.ts';
import { type SafetyPreset, safetyPresets } from './image-policy.ts';

/** The operator's limits: servers may only be stricter. */
export interface Ceilings {
  readonly maxSteps: number;
  /** Pixels. */
  readonly maxEdge: number;
  readonly maxCount: number;
  /** Pictures a day; 0 sets no limit. */
  readonly quotaPerMember: number;
  readonly quotaPerGuild: number;
  /** The most lenient preset that servers may choose. */
  readonly safety: SafetyPreset;
}

export type Change = Partial<GuildSettings>;

/** The stricter of two presets; `safetyPresets` is in order of strictness. */
export function stricterPreset(a: SafetyPreset, b: SafetyPreset): SafetyPreset {
  return safetyPresets[Math.min(safetyPresets.indexOf(a), safetyPresets.indexOf(b))] ?? 'strict';
}

/** Presets within the ceiling, strictest first. */
export function presetsWithin(ceiling: SafetyPreset): readonly SafetyPreset[] {
  return safetyPresets.slice(0, safetyPresets.indexOf(ceiling) + 1);
}

export const quotaBounds = { quotaPerMember: 100_000, quotaPerGuild: 1_000_000 } as const;

/** '' takes the server's own limit away. @returns undefined for what is no whole number of 1 to `max` */
export function readLimit(text: string, max: number): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return /^\d{1,9}$/.test(trimmed) && value >= 1 && value <= max ? value : undefined;
}

/** The highest quota a server may set: the operator's, where there is one. */
export function quotaCeiling(field: keyof typeof quotaBounds, ceilings: Ceilings): number {
  return ceilings[field] > 0 ? Math.min(ceilings[field], quotaBounds[field]) : quotaBounds[field];
}

const isId = (text: string) => /^\d{1,20}$/.test(text);
const own = 'own';

/** How "leave it to the operator" (or to Discord) travels in a select: values may not be empty. */
export const noLimitValue = own;

export const pickedFields = [
  'channelIds',
  'modLogChannelId',
  'safety',
  'onFlag',
  'maxSteps',
  'maxEdge',
  'maxCount',
  'moderatorRoleIds',
  'locale',
] as const satisfies readonly (keyof GuildSettings)[];
export type PickedField = (typeof pickedFields)[number];

/** @param locales what the server may be spoken to in; @returns null for values that the panel never offered */
export function readPicked(
  field: PickedField,
  values: readonly string[],
  ceilings: Ceilings,
  locales: readonly string[],
): Change | null {
  const [value] = values;
  const oneOf = <const T extends string>(known: readonly T[]) => known.find((one) => one === value);
  switch (field) {
    case 'channelIds':
    case 'moderatorRoleIds':
      return values.length <= 25 && values.every(isId) ? { [field]: [...values] } : null;
    case 'modLogChannelId':
      return value === undefined ? { modLogChannelId: null } : isId(value) ? { modLogChannelId: value } : null;
    case 'safety': {
      const safety = oneOf(presetsWithin(ceilings.safety));
      return safety ? { safety } : null;
    }
    case 'onFlag': {
      const onFlag = oneOf(['withhold', 'blur']);
      return onFlag ? { onFlag } : null;
    }
    case 'maxSteps':
    case 'maxEdge':
    case 'maxCount': {
      const limit = value === own ? null : readLimit(value ?? '?', ceilings[field]);
      return limit === undefined ? null : { [field]: limit };
    }
    case 'locale':
      return value === own ? { locale: null } : oneOf(locales) ? { locale: value ?? null } : null;
  }
}

/** Shares of a member among members; 1 is everybody's, so that it takes a role's own away. */
export const roleShares = [0.25, 0.5, 1, 2, 3, 5, 10] as const;
const mostRoles = 50;

/** @returns null for an unknown share, or one role too many */
export function withRoleShare(
  roleWeights: GuildSettings['roleWeights'],
  roleId: string,
  share: string | undefined,
): Change | null {
  const weight = roleShares.find((one) => String(one) === share);
  if (weight === undefined || !isId(roleId)) return null;
  const others = roleWeights.filter((entry) => entry.roleId !== roleId);
  const next = weight === 1 ? others : [...others, { roleId, weight }];
  return next.length > mostRoles ? null : { roleWeights: next };
}

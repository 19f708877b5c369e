// The model card's method: power x time x carbon intensity of the grid. Estimates, from what the operator configured.

import type { Installation } from './services.ts';

export interface EnergyUse {
  readonly wattHours: number;
  readonly gramsCo2: number;
}

const msPerHour = 3_600_000;

export function energyOf({ watts, gramsPerKilowattHour }: Installation['energy'], paintMs: number): EnergyUse {
  const wattHours = (watts * paintMs) / msPerHour;
  return { wattHours, gramsCo2: (wattHours / 1000) * gramsPerKilowattHour };
}

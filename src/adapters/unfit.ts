// Why an adapter cannot be used with a model: a value, since the folder of an operator holds files for all kinds of models.

export interface Unfit {
  /**
   * `xl`: made for Stable Diffusion XL. `width`: a layer has another shape. `layers`: it changes layers that the model does not have.
   * `kind`: another kind of adapter. `damaged`: not readable. `model`: the model was exported elsewhere, its weights cannot be told apart.
   */
  readonly reason: 'xl' | 'width' | 'layers' | 'kind' | 'damaged' | 'model';
  /** Names and numbers, in no language: `mid_block_... 320×768 ≠ 320×1024`. */
  readonly detail: string;
}

/** Letters of a detail that are passed on. */
const mostDetail = 120;

export function unfit(reason: Unfit['reason'], detail: string): Unfit {
  return { reason, detail: detail.length > mostDetail ? `${detail.slice(0, mostDetail - 1)}…` : detail };
}

// Fréchet distance between two sets of feature vectors, as in the FID (Heusel et al. 2017), but over the leading principal components
// of the reference set, so that a few hundred pictures give a stable covariance.

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface PrincipalAxes {
  readonly mean: Matrix; // [1, d]
  readonly axes: Matrix; // [d, k]
}

function centred(rows: Matrix, mean: Matrix): Matrix {
  return rows.clone().subRowVector(mean);
}

function meanRow(rows: Matrix): Matrix {
  return Matrix.rowVector(rows.mean('column'));
}

/** Sample covariance of rows [n, d], n >= 2. */
function covariance(rows: Matrix): Matrix {
  const zeroMean = centred(rows, meanRow(rows));
  return zeroMean
    .transpose()
    .mmul(zeroMean)
    .div(rows.rows - 1);
}

/** The k axes of largest variance of the reference features [n, d]. */
export function principalAxes(reference: readonly (readonly number[])[], k: number): PrincipalAxes {
  const rows = new Matrix(reference.map((row) => [...row]));
  const decomposition = new EigenvalueDecomposition(covariance(rows), { assumeSymmetric: true });
  // Eigenvalues come in ascending order.
  const d = rows.columns;
  const count = Math.min(k, d, rows.rows - 1);
  const columns = Array.from({ length: count }, (_, index) => d - 1 - index);
  return { mean: meanRow(rows), axes: decomposition.eigenvectorMatrix.subMatrixColumn(columns) };
}

export function project(features: readonly (readonly number[])[], basis: PrincipalAxes): Matrix {
  return centred(new Matrix(features.map((row) => [...row])), basis.mean).mmul(basis.axes);
}

/** Square root of a symmetric positive semi-definite matrix; tiny negative eigenvalues from rounding count as zero. */
function squareRoot(symmetric: Matrix): Matrix {
  const decomposition = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  const vectors = decomposition.eigenvectorMatrix;
  const roots = decomposition.realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  return vectors.mmul(Matrix.diag(roots)).mmul(vectors.transpose());
}

/**
 * |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2) of two sets of projected features.
 * @param a [n, k], n >= 2
 * @param b [m, k], m >= 2
 */
export function frechetDistance(a: Matrix, b: Matrix): number {
  const difference = Matrix.sub(meanRow(a), meanRow(b));
  const [first, second] = [covariance(a), covariance(b)];
  const root = squareRoot(first);
  const cross = squareRoot(root.mmul(second).mmul(root));
  return difference.mmul(difference.transpose()).get(0, 0) + first.trace() + second.trace() - 2 * cross.trace();
}

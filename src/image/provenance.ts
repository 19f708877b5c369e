// Signed provenance: a C2PA manifest (specification 2.1) inside the PNG that says "made by a trained algorithm", by @trustnxt/c2pa-ts.
// What a certificate of one's own authority is worth: it proves that the file was not changed since this key signed it, and nothing
// about who holds the key; validators report it as untrusted. See docs/decisions/2026-11-24-provenance.md.

import { createPrivateKey, X509Certificate as NodeCertificate, randomUUID } from 'node:crypto';
import { X509Certificate } from '@peculiar/x509';
import { JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { CoseAlgorithmIdentifier, LocalSigner } from '@trustnxt/c2pa-ts/cose';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import {
  ActionAssertion,
  ActionType,
  DataHashAssertion,
  DigitalSourceType,
  ManifestStore,
  type ValidationResult,
} from '@trustnxt/c2pa-ts/manifest';
import { EaselError, expected } from '../errors.ts';

export interface ProvenanceSigner {
  /** Returns the PNG with the manifest added. Everything else in the file stays; later changes break the signature. */
  sign(png: Uint8Array, about: { title: string; softwareVersion: string }): Promise<Uint8Array>;
  /** How the certificate calls its holder. */
  readonly holder: string;
}

function algorithmOf(key: ReturnType<typeof createPrivateKey>): CoseAlgorithmIdentifier {
  if (key.asymmetricKeyType === 'ed25519') return CoseAlgorithmIdentifier.Ed25519;
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') return CoseAlgorithmIdentifier.PS256;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return CoseAlgorithmIdentifier.ES256;
  if (curve === 'secp384r1') return CoseAlgorithmIdentifier.ES384;
  if (curve === 'secp521r1') return CoseAlgorithmIdentifier.ES512;
  throw new EaselError(
    'bad-config',
    expected('an Ed25519, RSA or P-256/384/521 key', 'EASEL_C2PA_KEY', curve ?? key.asymmetricKeyType),
  );
}

/**
 * @param certificatePem the signing certificate, then its chain
 * @param keyPem PKCS 8
 * @throws EaselError `bad-config` when they cannot be read, do not belong together or the certificate is out of date
 */
export function createProvenanceSigner(certificatePem: string, keyPem: string, now = new Date()): ProvenanceSigner {
  const blocks = certificatePem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  let key: ReturnType<typeof createPrivateKey>;
  let first: NodeCertificate;
  try {
    key = createPrivateKey(keyPem);
    first = new NodeCertificate(blocks[0] ?? '');
  } catch (cause) {
    throw new EaselError(
      'bad-config',
      'Expected PEM files for EASEL_C2PA_CERTIFICATE and EASEL_C2PA_KEY but one could not be read',
      { cause },
    );
  }
  if (!first.checkPrivateKey(key))
    throw new EaselError(
      'bad-config',
      'Expected the key of its first certificate for EASEL_C2PA_KEY but received another one',
    );
  if (now < new Date(first.validFrom) || now > new Date(first.validTo)) {
    throw new EaselError(
      'bad-config',
      expected(
        'a certificate valid today',
        'EASEL_C2PA_CERTIFICATE',
        `one valid from ${first.validFrom} to ${first.validTo}`,
      ),
    );
  }
  if (first.issuer === first.subject) {
    throw new EaselError(
      'bad-config',
      'Expected a certificate issued by an authority (your own will do) for EASEL_C2PA_CERTIFICATE but received a self-signed one, which C2PA forbids for signing',
    );
  }
  const [certificate, ...chain] = blocks.map((block) => new X509Certificate(block));
  const signer = new LocalSigner(
    new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })),
    algorithmOf(key),
    certificate as X509Certificate,
    chain,
  );

  async function sign(png: Uint8Array, about: { title: string; softwareVersion: string }): Promise<Uint8Array> {
    const asset = new PNG(Uint8Array.from(png));
    const store = new ManifestStore();
    const manifest = store.createManifest({
      assetFormat: 'image/png',
      instanceID: `xmp:iid:${randomUUID()}`,
      defaultHashAlgorithm: 'SHA-256',
      signer,
    });
    if (!manifest.claim)
      throw new EaselError('watermark-failed', 'Expected a claim in the new manifest but there is none');
    manifest.claim.title = about.title;
    manifest.claim.claimGeneratorName = 'Easel';
    manifest.claim.claimGeneratorVersion = about.softwareVersion;
    const binding = DataHashAssertion.create('SHA-256');
    manifest.addAssertion(binding);
    const actions = new ActionAssertion();
    actions.actions.push({
      action: ActionType.C2paCreated,
      digitalSourceType: DigitalSourceType.TrainedAlgorithmicMedia,
    });
    actions.actions.push({ action: ActionType.C2paWatermarked });
    manifest.addAssertion(actions);
    await asset.ensureManifestSpace(store.measureSize());
    await binding.updateWithAsset(asset);
    await manifest.sign(signer);
    await asset.writeManifestJUMBF(store.getBytes());
    return await asset.getDataRange();
  }

  return { sign, holder: first.subject.replaceAll('\n', ', ') };
}

export interface Provenance {
  /** The file and its signature agree. Says nothing about trust in the signer. */
  readonly valid: boolean;
  /**
   * valid        file and signature agree, and the certificate leads to an authority that the operator trusts
   * self-signed  they agree, but the authority is unknown, or the certificate is out of date or not fit for signing: anybody can make
   *              such a one, so this proves only that nobody changed the file since
   * broken       the file was changed after it was signed, or the manifest cannot be read
   */
  readonly standing: 'valid' | 'self-signed' | 'broken';
  readonly generator: string;
  /** As the certificate calls its holder; empty where the manifest cannot be read. Anybody may call themselves anything. */
  readonly signer: string;
  readonly aiGenerated: boolean;
  /** C2PA status codes, for the details. */
  readonly codes: readonly string[];
}

const longestName = 120;
const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** @param pem any text; what is no certificate in it is skipped */
function certificatesIn(pem: string): NodeCertificate[] {
  return (pem.match(certificatePattern) ?? []).flatMap((block) => {
    try {
      return [new NodeCertificate(block)];
    } catch {
      return [];
    }
  });
}

/** Whether the certificate is one of the anchors or was issued, over the chain in the file, by one of them. The library knows no anchors. */
function leadsTo(
  anchors: readonly NodeCertificate[],
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
): boolean {
  const node = (certificate: X509Certificate) => new NodeCertificate(Buffer.from(certificate.rawData));
  const isAnchor = (one: NodeCertificate) => anchors.some((anchor) => anchor.raw.equals(one.raw));
  const issued = (by: NodeCertificate, one: NodeCertificate) => one.checkIssued(by) && one.verify(by.publicKey);
  let current = node(leaf);
  for (const next of [...chain.map(node), null]) {
    const by = current;
    if (isAnchor(by) || anchors.some((anchor) => issued(anchor, by))) return true;
    if (next === null || !next.ca || !issued(next, by)) return false;
    current = next;
  }
  return false;
}

/**
 * Reads the manifest of a PNG or JPEG; null where there is none. A manifest that cannot be read counts as broken. Never throws.
 * @param trustPem certificates of authorities, or of signers, that count as known
 */
export async function readProvenance(file: Uint8Array, trustPem = ''): Promise<Provenance | null> {
  const format = [PNG, JPEG].find((one) => one.canRead(file));
  if (!format) return null;
  const none = { generator: '', signer: '', aiGenerated: false };
  try {
    const asset = new format(Uint8Array.from(file));
    const jumbf = asset.getManifestJUMBF();
    if (!jumbf) return null;
    const store = ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(jumbf)));
    const result: ValidationResult = await store.validate(asset);
    const manifest = store.getActiveManifest();
    const actions = manifest?.assertions?.assertions.filter((assertion) => assertion instanceof ActionAssertion) ?? [];
    const { certificate, chainCertificates } = manifest?.signature?.signatureData ?? {};
    const isKnown =
      certificate !== undefined && leadsTo(certificatesIn(trustPem), certificate, chainCertificates ?? []);
    // What is wrong with a certificate is no change of the file.
    const agrees =
      manifest !== undefined &&
      result.statusEntries.every(
        ({ success, code }) => success !== false || /^(signingCredential|timeStamp)\./.test(code),
      );
    return {
      valid: result.isValid,
      standing: result.isValid && isKnown ? 'valid' : agrees ? 'self-signed' : 'broken',
      generator: (manifest?.claim?.claimGeneratorName ?? '').slice(0, longestName),
      signer: (certificate?.subject ?? '').slice(0, longestName),
      aiGenerated: actions.some((assertion) =>
        assertion.actions.some((action) => action.digitalSourceType === DigitalSourceType.TrainedAlgorithmicMedia),
      ),
      codes: result.statusEntries.map((entry) => entry.code),
    };
  } catch {
    return { valid: false, standing: 'broken', ...none, codes: ['unreadable'] };
  }
}

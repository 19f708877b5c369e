import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createProvenanceSigner, readProvenance } from '../../src/image/provenance.ts';

const configuration = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;
let authority = '';
let authorityKey = '';
let certificate = '';
let key = '';
let impostor = '';
let png: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-c2pa-'));
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-config', 'openssl.cnf'];
  writeFileSync(join(folder, 'openssl.cnf'), configuration);
  openssl(
    'req',
    '-x509',
    ...curve,
    '-days',
    '60',
    '-subj',
    '/O=Easel test/CN=Root',
    '-extensions',
    'ca',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  const root = ['-days', '60', '-subj', '/O=Easel test/CN=Root', '-extensions', 'ca'];
  openssl('req', '-x509', ...curve, ...root, '-keyout', 'other.key', '-out', 'other.pem');
  impostor = readFileSync(join(folder, 'other.pem'), 'utf8');
  openssl('req', ...curve, '-subj', '/O=Easel test/CN=Signer', '-keyout', 'key.pem', '-out', 'signer.csr');
  openssl(
    'x509',
    '-req',
    '-in',
    'signer.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    'openssl.cnf',
    '-extensions',
    'signer',
    '-out',
    'cert.pem',
  );
  authority = readFileSync(join(folder, 'ca.pem'), 'utf8');
  authorityKey = readFileSync(join(folder, 'ca.key'), 'utf8');
  certificate = readFileSync(join(folder, 'cert.pem'), 'utf8');
  key = readFileSync(join(folder, 'key.pem'), 'utf8');
  png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#446688' } })
    .png()
    .toBuffer();
});

describe('signed provenance', () => {
  it('says in a signed manifest that a trained algorithm made the picture', async () => {
    const signer = createProvenanceSigner(certificate, key);
    expect(signer.holder).toBe('O=Easel test, CN=Signer');
    const signed = await signer.sign(png, { title: 'a lighthouse', softwareVersion: '0.1.0' });
    const provenance = await readProvenance(signed);
    expect(provenance).toMatchObject({ valid: true, generator: 'Easel', aiGenerated: true });
    expect(provenance?.codes).toContain('assertion.dataHash.match');
    expect(provenance?.codes).toContain('claimSignature.validated');
    const [before, after] = await Promise.all([sharp(png).raw().toBuffer(), sharp(signed).raw().toBuffer()]);
    expect(after.equals(before)).toBe(true);
  });

  it('notices a file that was changed after it was signed', async () => {
    const signed = await createProvenanceSigner(certificate, key).sign(png, { title: 't', softwareVersion: '0' });
    const changed = Uint8Array.from(signed);
    changed[changed.length - 20]! ^= 1; // inside the last image data
    const provenance = await readProvenance(changed);
    expect(provenance?.valid).toBe(false);
  });

  it('says what the signature is worth: by a known authority, by anybody, broken', async () => {
    const about = { title: 't', softwareVersion: '0' };
    const signed = await createProvenanceSigner(certificate, key).sign(png, about);
    expect(await readProvenance(signed, authority)).toMatchObject({
      standing: 'valid',
      signer: 'O=Easel test, CN=Signer',
    });
    expect(await readProvenance(signed, certificate), 'its own certificate is known').toMatchObject({
      standing: 'valid',
    });
    const chained = await createProvenanceSigner(`${certificate}\n${authority}`, key).sign(png, about);
    expect(await readProvenance(chained, authority)).toMatchObject({ standing: 'valid' });
    for (const file of [signed, chained]) {
      expect(await readProvenance(file), 'no authority is known').toMatchObject({ standing: 'self-signed' });
      // An authority of the same name with another key vouches for nothing.
      expect(await readProvenance(file, impostor)).toMatchObject({ standing: 'self-signed' });
      const changed = Uint8Array.from(file);
      changed[changed.length - 20]! ^= 1;
      expect(await readProvenance(changed, authority)).toMatchObject({ standing: 'broken' });
    }
    expect(await readProvenance(signed.subarray(0, signed.length - 40), authority)).toMatchObject({
      standing: 'broken',
    });
  });

  it('takes a certificate that is out of date for nobody’s, not for a change of the file', async () => {
    const signed = await createProvenanceSigner(certificate, key).sign(png, { title: 't', softwareVersion: '0' });
    vi.useFakeTimers({ now: new Date('2099-01-01'), toFake: ['Date'] });
    try {
      const provenance = await readProvenance(signed, authority);
      expect(provenance).toMatchObject({ valid: false, standing: 'self-signed' });
      expect(provenance?.codes).toContain('signingCredential.expired');
    } finally {
      vi.useRealTimers();
    }
  });

  it('finds nothing in a picture without a manifest', async () => {
    expect(await readProvenance(png)).toBeNull();
    expect(await readProvenance(new TextEncoder().encode('no picture'))).toBeNull();
  });

  it('refuses a foreign key, an expired certificate and a self-signed one', () => {
    const other = execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' });
    expect(() => createProvenanceSigner(certificate, other)).toThrow(/EASEL_C2PA_KEY/);
    expect(() => createProvenanceSigner(certificate, key, new Date('2099-01-01'))).toThrow(/valid today/);
    expect(() => createProvenanceSigner(authority, authorityKey)).toThrow(/self-signed/);
    expect(() => createProvenanceSigner('not a certificate', key)).toThrow(/PEM/);
  });
});

// A progress bar for long work: drawn in place on a terminal, one line per tenth elsewhere, so that logs stay readable.

export interface ProgressBar {
  /** share: 0-1; note: a few words behind the bar. */
  update(share: number, note?: string): void;
  done(note?: string): void;
}

export function progressBar(label: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const started = performance.now();
  let drawnAt = 0;
  let tenth = -1;

  function draw(share: number, note: string, final: boolean): void {
    const seconds = (performance.now() - started) / 1000;
    const left = share > 0.02 && !final ? `, ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
    const percent = `${Math.floor(share * 100)} %`.padStart(6);
    if (stream.isTTY) {
      const width = 28;
      const full = Math.round(share * width);
      const line = `${label} ${'█'.repeat(full)}${'░'.repeat(width - full)}${percent}  ${note}${left}`;
      stream.write(`\r${line.slice(0, stream.columns - 1)}\u001b[K${final ? '\n' : ''}`);
    } else if (final || Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      stream.write(`${label}${percent}  ${note}${left}\n`);
    }
  }

  return {
    update(share, note = '') {
      const now = performance.now();
      if (stream.isTTY && now - drawnAt < 80) return;
      drawnAt = now;
      draw(Math.min(1, Math.max(0, share)), note, false);
    },
    done(note = `${((performance.now() - started) / 1000).toFixed(1)} s`) {
      draw(1, note, true);
    },
  };
}

import { countText } from '../../../report/words.ts';
import type { GateResult } from '../../gates.ts';
import { percentText, significant } from '../figure-text.ts';
import type { BaseComparison } from '../model.ts';
import { element, type Markup, text } from './svg.ts';
import { bullets, paragraph, section, tableOf } from './tags.ts';

const STATUS: Readonly<Record<GateResult['status'], string>> = { passed: '✓ holds', failed: '✗ fails', open: '– open' };

/** Those that do not hold first; the others folded away. */
export function gatesSection(gates: readonly GateResult[]): Markup {
  const rows = (some: readonly GateResult[]): Markup =>
    tableOf(
      ['cell', 'gate', 'status', 'why'],
      some.map(({ cell, metric, limit, status, says }) => [cell, `${metric} ${limit}`, STATUS[status], says]),
    );
  const wrong = gates.filter(({ status }) => status !== 'passed');
  const held = gates.filter(({ status }) => status === 'passed');
  return section(
    'gates',
    `Gates: ${held.length} of ${gates.length} hold`,
    ...(wrong.length > 0 ? [rows(wrong)] : []),
    ...(held.length > 0
      ? [element('details', {}, element('summary', {}, text(`${countText(held.length, 'gate')} that hold`)), rows(held))]
      : []),
  );
}

export function comparisonSection({ baseline, at, why, software, changes }: BaseComparison): Markup {
  const title = `Compared with ${baseline} of ${at}`;
  if (why !== undefined) return section('comparison', title, paragraph(`Not compared: ${why}.`));
  return section(
    'comparison',
    title,
    ...(software.length > 0 ? [paragraph('What has changed on the machine since:'), bullets(software)] : []),
    changes.length === 0
      ? paragraph('No difference is shown.')
      : tableOf(
          ['cell', 'figure', 'now ÷ then', 'that is'],
          changes.map(({ cell, metric, ratio, worse }) => [
            cell,
            metric,
            significant(ratio),
            worse > 0 ? `${percentText(worse)} worse` : 'better',
          ]),
        ),
  );
}

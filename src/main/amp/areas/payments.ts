import { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';
import { MAX_AMOUNT } from '../../../shared/money.ts';
import { asElementsPrints } from '../confirm-body.ts';
import { path, type AmpHttp } from '../http.ts';
import { readDistributionFile } from '../script-file.ts';
import * as shapes from '../shapes/payments.ts';
import type { AmpAssignment, AmpPort } from '../types.ts';
import { orNull } from './people.ts';

export interface Assignments {
  get(assetUuid: string, id: number): Promise<AmpAssignment>;
}

export function assignments(http: AmpHttp): AmpPort['assignments'] & Assignments {
  const get = (assetUuid: string, id: number) =>
    http.read(path`assets/${assetUuid}/assignments/${id}`, shapes.assignment);
  const put = async (assetUuid: string, id: number, to: string) =>
    (await http.changeMaybe('PUT', to, shapes.assignment)) ?? get(assetUuid, id);
  return {
    list: (assetUuid, filter) =>
      http.read(path`assets/${assetUuid}/assignments`, shapes.assignments, {
        distributed: filter === undefined ? undefined : String(filter.distributed),
      }),
    get,
    async create(assetUuid, assignment) {
      if (assignment.amount < 1n || assignment.amount > MAX_AMOUNT) {
        throw new SluiceError(
          'INVALID_ARGUMENT',
          `An assignment has an amount of ${assignment.amount} base units.`,
          {
            next: 'Amounts must be between 1 and 2,100,000,000,000,000 base units.',
            field: 'amount',
          },
        );
      }
      // AMP takes a list, of exactly one.
      const body = {
        assignments: [
          {
            registered_user: assignment.registeredUser,
            amount: assignment.amount,
            ready_for_distribution: assignment.ready,
            vesting_timestamp: assignment.vestingTimestamp ?? null,
          },
        ],
      };
      const created = await http.change(
        'POST',
        path`assets/${assetUuid}/assignments/create`,
        shapes.createdAssignments,
        body,
      );
      const [one] = created;
      if (one === undefined || created.length > 1) {
        throw new SluiceError(
          'AMP_ANSWER_INVALID',
          `AMP made ${created.length} assignments instead of one.`,
          {
            next: 'Look at the asset’s assignments before anything else.',
          },
        );
      }
      return one;
    },
    lock: (assetUuid, id) => put(assetUuid, id, path`assets/${assetUuid}/assignments/${id}/lock`),
    unlock: (assetUuid, id) => put(assetUuid, id, path`assets/${assetUuid}/assignments/${id}/unlock`),
    remove: (assetUuid, id) =>
      http.changeQuietly('DELETE', path`assets/${assetUuid}/assignments/${id}/delete`),
  };
}

export function distributions(http: AmpHttp): AmpPort['distributions'] {
  return {
    async create(assetUuid) {
      // The slash at the end is meant; without it AMP redirects, and a change never follows a redirect.
      const body = await http.change(
        'GET!',
        `${path`assets/${assetUuid}/distributions/create`}/`,
        z.unknown(),
      );
      return readDistributionFile(body, { assetUuid, host: http.base.host });
    },
    confirm: (assetUuid, distributionUuid, payload) =>
      http.changeQuietly(
        'POST',
        path`assets/${assetUuid}/distributions/${distributionUuid}/confirm`,
        asElementsPrints(payload),
      ),
    cancel: (assetUuid, distributionUuid) =>
      http.changeQuietly('DELETE', path`assets/${assetUuid}/distributions/${distributionUuid}/cancel`),
    list: (assetUuid) => http.read(path`assets/${assetUuid}/distributions`, z.array(shapes.distribution)),
    get: (assetUuid, distributionUuid) =>
      orNull(http.read(path`assets/${assetUuid}/distributions/${distributionUuid}`, shapes.distribution)),
  };
}

import type { Place, Plan, Step } from './plan.ts';
import type { Resource } from './resource.ts';

/** What the plan will make and must give back. The ledger holds this before the first of them is created. */
export const resourcesOf = (plan: Plan): readonly Resource[] => plan.steps.flatMap(ownedBy);

function ownedBy(step: Step): readonly Resource[] {
  switch (step.kind) {
    case 'folder':
      return [{ kind: 'folder', name: step.path }];
    case 'probe':
      return [
        { kind: 'container', name: step.probe.container },
        ...('make' in step.probe.image ? [{ kind: 'image', name: step.probe.image.make } as const] : []),
      ];
    case 'socket':
      return [{ kind: 'folder', name: step.socket.folder }];
    case 'network':
      return [{ kind: 'network', name: step.network.name }];
    case 'volume':
      return [{ kind: 'volume', name: step.volume.name }];
    case 'build':
      return [{ kind: 'image', name: step.build.tag }];
    case 'container':
      return [{ kind: 'container', name: step.container.name }];
    case 'task':
      return taskOwns(step.place);
    case 'cluster':
      return [
        { kind: 'processes', name: step.cluster.marker },
        { kind: 'cluster', name: step.cluster.name },
      ];
    case 'cache':
    case 'preload':
    case 'export':
    case 'completion':
    case 'load':
    case 'manifests':
    case 'helm':
    case 'check':
    case 'artifacts':
      return [];
  }
}

function taskOwns(place: Place): readonly Resource[] {
  if (place.in === 'container') return [{ kind: 'container', name: place.container.name }];
  if (place.in === 'process') return [{ kind: 'processes', name: place.process.marker }];
  return [];
}

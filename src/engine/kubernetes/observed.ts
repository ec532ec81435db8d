import type { KubeObject, TypeName } from './object.ts';
import { typeOf } from './object.ts';

/** What the watches have said so far: every object of the kinds that are watched, in its last state. */
export class Observed {
  readonly #types = new Map<TypeName, Map<string, KubeObject>>();

  constructor(objects: readonly KubeObject[] = []) {
    for (const object of objects) this.put(object);
  }

  put(object: KubeObject): void {
    const type = typeOf(object);
    const all = this.#types.get(type) ?? new Map<string, KubeObject>();
    this.#types.set(type, all.set(key(object.metadata), object));
  }

  remove(object: KubeObject): void {
    this.#types.get(typeOf(object))?.delete(key(object.metadata));
  }

  /** All there is of a type. */
  replace(type: TypeName, objects: readonly KubeObject[]): void {
    this.#types.set(type, new Map(objects.map((object) => [key(object.metadata), object])));
  }

  get<T>({
    type,
    ...place
  }: {
    readonly type: TypeName;
    readonly namespace?: string | undefined;
    readonly name: string;
  }): (KubeObject & T) | undefined {
    return this.#types.get(type)?.get(key(place)) as (KubeObject & T) | undefined;
  }

  all<T>(type: TypeName, namespace?: string): readonly (KubeObject & T)[] {
    const objects = [...(this.#types.get(type)?.values() ?? [])] as (KubeObject & T)[];
    return namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Those of a type that this object made. */
  ownedBy<T>(owner: KubeObject, type: TypeName): readonly (KubeObject & T)[] {
    return this.all<T>(type, owner.metadata.namespace).filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
    );
  }
}

const key = ({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string =>
  `${namespace ?? ''}/${name}`;

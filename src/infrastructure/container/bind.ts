import type { ContainerModuleLoadOptions, ResolutionContext, ServiceIdentifier } from 'inversify';

type Get = <T>(token: ServiceIdentifier<T>) => T;

/** Binds a singleton by a factory: no decorators, no metadata, and what is never asked for is never made. */
export const singleton =
  ({ bind }: ContainerModuleLoadOptions) =>
  <T>(token: ServiceIdentifier<T>, make: (get: Get) => T): void => {
    bind<T>(token)
      .toDynamicValue((context: ResolutionContext) => make((wanted) => context.get(wanted)))
      .inSingletonScope();
  };

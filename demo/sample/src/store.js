import { newId } from './util/ids.js';

/** Named collections of records in memory. Records go in and come out as copies. */
export const createStore = () => {
  const collections = new Map();
  return {
    collection: (name) => {
      if (!collections.has(name)) collections.set(name, createCollection());
      return collections.get(name);
    },
  };
};

const createCollection = () => {
  const records = new Map();
  return {
    /** Adds a record under a new id and returns it. */
    insert: (fields) => {
      const record = { id: newId(), ...structuredClone(fields) };
      records.set(record.id, record);
      return structuredClone(record);
    },
    /** The record, or undefined. */
    get: (id) => structuredClone(records.get(id)),
    /** All records that satisfy `test`, in the order they were added. */
    list: (test = () => true) => structuredClone([...records.values()].filter(test)),
    /** Changes some fields of a record and returns it; undefined when there is none. */
    update: (id, fields) => {
      if (!records.has(id)) return undefined;
      const record = { ...records.get(id), ...structuredClone(fields), id };
      records.set(id, record);
      return structuredClone(record);
    },
    /** Whether there was a record to remove. */
    remove: (id) => records.delete(id),
  };
};

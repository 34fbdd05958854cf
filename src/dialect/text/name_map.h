/*
 * name_map.h
 *		Things by their names, found in the same time however many there are.
 */
#ifndef SPARKIFY_NAME_MAP_H
#define SPARKIFY_NAME_MAP_H

typedef struct NameMap NameMap;

/* An empty map in the current memory context. */
extern NameMap *NameMapMake(void);

/* Adds a thing, which isn't NULL, under a name that outlives the map; the first one of a name stays. */
extern void NameMapAdd(NameMap *map, const char *name, void *thing);

/* The thing of a name; NULL when there is none. */
extern void *NameMapFind(const NameMap *map, const char *name);

#endif /* SPARKIFY_NAME_MAP_H */

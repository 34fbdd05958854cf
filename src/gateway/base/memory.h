/*
 * memory.h
 *		Memory that is there, or the end of the process.
 */
#ifndef SPARKIFY_GATEWAY_MEMORY_H
#define SPARKIFY_GATEWAY_MEMORY_H

/* Returns what malloc() and its kin gave.  NULL ends the process: it has one client, and nothing to tell it with. */
extern void *Allocated(void *memory);

#endif /* SPARKIFY_GATEWAY_MEMORY_H */

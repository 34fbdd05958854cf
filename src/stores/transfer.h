/*
 * transfer.h
 *		The settings that COPY and UNLOAD share: threads and memory.
 */
#ifndef SPARKIFY_TRANSFER_H
#define SPARKIFY_TRANSFER_H

/* Settings: sparkify_dwh.workers (-1: as the machine has), .max_workers, .memory_limit (kB) */
extern int TransferWorkers;
extern int TransferMaxWorkers;
extern int TransferMemoryLimit;

/*
 * How many threads work beside the backend; 0: none.  By default two where
 * there are cores for them: more would wait for the backend, or it for them.
 */
extern int TransferThreads(void);

#endif /* SPARKIFY_TRANSFER_H */

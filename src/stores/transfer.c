/*
 * transfer.c
 *		The settings that COPY and UNLOAD share: threads and memory.
 */
#include "postgres.h"

#include <unistd.h>

#include "stores/transfer.h"

int TransferWorkers = -1;
int TransferMaxWorkers = 16;
int TransferMemoryLimit = 64 * 1024;

/* Counts the threads. */
int
TransferThreads(void)
{
	if (TransferWorkers >= 0)
		return Min(TransferWorkers, TransferMaxWorkers);
	return Min(sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1, TransferMaxWorkers);
}

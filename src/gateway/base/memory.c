/*
 * memory.c
 *		Memory that is there, or the end of the process.
 */
#include "gateway/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

void *
Allocated(void *memory)
{
	if (memory == NULL)
	{
		fprintf(stderr, "sparkify_gateway: out of memory\n");
		exit(1);
	}

	return memory;
}

/*
 * progress.c
 *		What a load shows in pg_stat_progress_copy: after an error PostgreSQL
 *		clears it by itself.
 */
#include "load/progress.h"

#include "commands/progress.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"

/* Begins to show the load. */
void
ProgressBegin(Oid relation)
{
	const int index[] = {PROGRESS_COPY_COMMAND, PROGRESS_COPY_TYPE};
	const int64 values[] = {PROGRESS_COPY_COMMAND_FROM, PROGRESS_COPY_TYPE_FILE};

	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, relation);
	pgstat_progress_update_multi_param(lengthof(index), index, values);
}

/* Shows how far the load is. */
void
ProgressUpdate(int64 bytes, int64 total, int64 rows, int64 rejected)
{
	const int index[] = {PROGRESS_COPY_BYTES_PROCESSED, PROGRESS_COPY_BYTES_TOTAL,
						 PROGRESS_COPY_TUPLES_PROCESSED, PROGRESS_COPY_TUPLES_EXCLUDED};
	const int64 values[] = {bytes, total, rows, rejected};

	pgstat_progress_update_multi_param(lengthof(index), index, values);
}

/* Ends to show the load. */
void
ProgressEnd(void)
{
	pgstat_progress_end_command();
}

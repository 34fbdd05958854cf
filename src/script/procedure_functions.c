/*
 * procedure_functions.c
 *		redshift.ends_transactions(): what a procedure's body asks before it ends
 *		a transaction (see dialect/print/deparse_blocks.c).
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"

PG_FUNCTION_INFO_V1(redshift_ends_transactions);

/* ends_transactions(): whether COMMIT may stand where this is called; not within BEGIN ... COMMIT, a script or a block with EXCEPTION. */
Datum
redshift_ends_transactions(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(SPI_inside_nonatomic_context());
}

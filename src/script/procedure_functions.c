/*
 * procedure_functions.c
 *		What a procedure's body asks before it ends a transaction (see
 *		dialect/print/deparse_blocks.c and deparse_body.c).
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"

#include "script/script.h"

PG_FUNCTION_INFO_V1(redshift_ends_transactions);
PG_FUNCTION_INFO_V1(redshift_may_commit);
PG_FUNCTION_INFO_V1(redshift_may_roll_back);

/*
 * ends_transactions(): whether COMMIT may stand where this is called; not within BEGIN ... COMMIT, a script or
 * a block with EXCEPTION.
 */
Datum
redshift_ends_transactions(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(SPI_inside_nonatomic_context());
}

/*
 * may_commit(): whether COMMIT is to be run.  A script is one transaction, as
 * its own COMMIT is: in a CALL outside its BEGIN ... COMMIT nothing is to be
 * done.  Within that PostgreSQL refuses it, as Redshift does (AWS:
 * stored-procedure-transaction-management).
 */
Datum
redshift_may_commit(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(SPI_inside_nonatomic_context() || !ScriptIsOneTransaction());
}

/* may_roll_back(): likewise for ROLLBACK, which a script can't take back to where the CALL began. */
Datum
redshift_may_roll_back(PG_FUNCTION_ARGS)
{
	if (!SPI_inside_nonatomic_context() && ScriptIsOneTransaction())
		ereport(ERROR, errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				errmsg("a procedure that a script calls cannot roll back"),
				errhint("A script is one transaction here: CALL the procedure by itself."));

	PG_RETURN_BOOL(true);
}

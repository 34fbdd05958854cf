/*
 * create_as.h
 *		CREATE TABLE AS in two steps: the table, then an INSERT ... SELECT of its rows.
 */
#ifndef SPARKIFY_CREATE_AS_H
#define SPARKIFY_CREATE_AS_H

#include "postgres.h"
#include "nodes/parsenodes.h"

/*
 * Makes an analysed CREATE TABLE AS one WITH NO DATA, and returns the INSERT
 * that will fill the table; NULL, and nothing is changed, for any other
 * statement and where PostgreSQL has to do both at once.  The INSERT is
 * complete when CreateAsAim() has been told that the table is there.
 */
extern Query *CreateAsTakeRows(Query *statement);

/* Aims the INSERT at the table that the statement has created. */
extern void CreateAsAim(Query *insert, const Query *statement);

#endif /* SPARKIFY_CREATE_AS_H */

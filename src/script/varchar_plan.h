/*
 * varchar_plan.h
 *		VARCHAR as on Redshift: trailing blanks don't count, and lengths are bytes.
 */
#ifndef SPARKIFY_VARCHAR_PLAN_H
#define SPARKIFY_VARCHAR_PLAN_H

#include "postgres.h"
#include "nodes/parsenodes.h"

/* Where queries follow Redshift's rules for VARCHAR. */
typedef enum VarcharRules
{
	VARCHAR_AUTO, /* in scripts and in sessions of port 5439 */
	VARCHAR_REDSHIFT,
	VARCHAR_POSTGRESQL
} VarcharRules;

/* sparkify_dwh.varchar_rules, a VarcharRules */
extern int VarcharPlanRules;

/* Sets the hook; called once, when the module is loaded. */
extern void VarcharPlanInstall(void);

/* This session is one of port 5439's from now on. */
extern void VarcharPlanForSession(void);

/* The setting's assign hook. */
extern void VarcharPlanAssignRules(int rules, void *extra);

/* Puts Redshift's rules into a query that is to be taken apart before it is planned. */
extern void VarcharPlanApply(Query *query);

/* What is planned until the level of settings ends is a script's; the caller has begun one. */
extern void VarcharPlanForLevel(void);

#endif /* SPARKIFY_VARCHAR_PLAN_H */

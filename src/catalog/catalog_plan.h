/*
 * catalog_plan.h
 *		Plans of queries that read the catalog alone.
 */
#ifndef SPARKIFY_CATALOG_PLAN_H
#define SPARKIFY_CATALOG_PLAN_H

/* Sets the hook; called once, when the module is loaded. */
extern void CatalogPlanInstall(void);

#endif /* SPARKIFY_CATALOG_PLAN_H */

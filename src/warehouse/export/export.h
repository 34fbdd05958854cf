/*
 * export.h
 *		The definitions as something to deploy: what the formats of
 *		sparkify_export() share.
 *
 * A format is a function from the definitions and settings to a text.  All of
 * them print the same statements, in the same order as they run here.
 */
#ifndef SPARKIFY_EXPORT_H
#define SPARKIFY_EXPORT_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "warehouse/definitions.h"

/* What is exported, read once. */
typedef struct Export
{
	bool serverless; /* else a provisioned cluster */
	List *settings;	 /* of Setting */
	Definitions all;
	char *hash; /* SHA-256 of the definitions, hexadecimal */
	Pipeline pipeline;
	Definitions run; /* those of the pipeline, in its order */
} Export;

/* Chooses the definitions of a pipeline among all. */
extern void ExportChoose(Export *export, Pipeline pipeline);

/* The whole deployment, or a part of it, for psql and RSQL. */
extern void ExportScript(const Export *export, StringInfo out);
extern void ExportDdl(const Export *export, StringInfo out);
extern void ExportLoad(const Export *export, StringInfo out);
/* What runs each night where the mode is incremental; raises an error where it isn't. */
extern void ExportNightly(const Export *export, StringInfo out);
extern void ExportDrop(const Export *export, StringInfo out);

/* The deployment as calls of the Redshift Data API. */
extern void ExportDataApi(const Export *export, StringInfo out);
extern void ExportDataApiNightly(const Export *export, StringInfo out);

/* What the warehouse needs around it, and how to be rid of that again. */
extern void ExportCloudFormation(const Export *export, StringInfo out);
extern void ExportCloudFormationDrop(const Export *export, StringInfo out);

/* The statements of a part of the deployment in order: a list of palloc'd texts without semicolon. */
extern List *ExportPreamble(void); /* what every session starts with */
extern List *ExportJobStatements(const Export *export);
extern List *ExportDdlStatements(const Export *export);
extern List *ExportLoadStatements(const Export *export);
extern List *ExportAfterStatements(const Export *export);

/* The same export for the nightly run; raises an error where the mode is another. */
extern Export ExportOfNight(const Export *export);

#endif /* SPARKIFY_EXPORT_H */

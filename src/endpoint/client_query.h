/*
 * client_query.h
 *		A client's query, translated where PostgreSQL analyses it.
 */
#ifndef SPARKIFY_CLIENT_QUERY_H
#define SPARKIFY_CLIENT_QUERY_H

#include "postgres.h"

/* Sets the hook; called once, when the module is loaded. */
extern void ClientQueryInstall(void);

#endif /* SPARKIFY_CLIENT_QUERY_H */

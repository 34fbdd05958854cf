/*
 * failure_report.h
 *		Raises a Failure of source/ as a PostgreSQL error: the only place that does.
 */
#ifndef SPARKIFY_FAILURE_REPORT_H
#define SPARKIFY_FAILURE_REPORT_H

#include "postgres.h"
#include "source/base/failure.h"

extern _Noreturn void ReportFailure(const Failure *failure);

#endif /* SPARKIFY_FAILURE_REPORT_H */

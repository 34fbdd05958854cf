#!/usr/bin/perl
# rights.pl: every place of the code that acts with rights that aren't the caller's, or past
# PostgreSQL's own check of them.
#
# Each line of the table is a file, a call, how often it stands there, and why nobody gains a right
# by it.  A new place, or one more of a kind, fails until somebody has looked at it and says so
# here.  What the database itself has of this kind (functions, views, triggers, grants) is listed
# in the same spirit by sql/rights.sql.
use strict;
use warnings;

my @calls = qw(
	SetUserIdAndSecContext SetUserId SetSessionAuthorization SetCurrentRoleId
	BackgroundWorkerInitializeConnection BackgroundWorkerInitializeConnectionByOid
	RegisterBackgroundWorker RegisterDynamicBackgroundWorker
	CatalogTupleInsert CatalogTupleInsertWithInfo CatalogTupleUpdate CatalogTupleDelete
	simple_heap_insert simple_heap_update simple_heap_delete heap_insert heap_multi_insert heap_delete
	simple_table_tuple_insert simple_table_tuple_update simple_table_tuple_delete
	table_tuple_insert table_tuple_delete table_multi_insert smgrextend smgrwrite
	nextval_internal SetSecurityLabel superuser_arg
	BasicOpenFile OpenTransientFile AllocateFile PathNameOpenFile OpenPipeStream popen system
);
my $call = join '|', map { quotemeta } sort { length $b <=> length $a } @calls;

my (%expected, %found);
# a line that begins with blanks goes on with the one before it
my $table = do { local $/; <DATA> };
for my $line (split "\n", $table =~ s/\n +/ /gr)
{
	next if $line =~ /^\s*(#|$)/;
	my ($file, $name, $count) = $line =~ /^(\S+) (\S+) (\d+) \S/ or die "rights.pl: $line\n";
	$expected{"$file $name"} = $count;
}
for my $file (split "\n", `find src -name '*.[ch]' | sort`)
{
	open my $in, '<', $file or die "$file: $!";
	while (<$in>)
	{
		next if m{^\s*(/?\*|//)};
		while (/\b($call)\s*\(/g) { $found{"$file $1"}++; }
	}
}
my ($script) = glob 'sparkify_dwh--*.sql';
open my $sql, '<', $script or die $!;
while (<$sql>)
{
	$found{"extension script $1"}++ while !/^\s*--/ && /\b(SECURITY DEFINER|EVENT TRIGGER)\b/gi;
}

my $bad = 0;
my %all = (%expected, %found);
for my $place (sort keys %all)
{
	my ($is, $should) = ($found{$place} // 0, $expected{$place} // 0);
	next if $is == $should;
	print "$place: $is times, $should in test/rights.pl: close it to the caller (SECURITY.md), then list it\n";
	$bad = 1;
}
exit $bad;

__DATA__
# the record of loads: heap and indexes of tables found by schema, name and extension; no SQL, no trigger, no default
src/record/log_table.c CatalogTupleInsertWithInfo 1 rows that the load itself has made up,
  in its session or in the worker
src/record/log_table.c nextval_internal 1 a number of the extension's own sequence
src/record/log_table.c CatalogTupleDelete 1 in a worker: the rows of one load or unload
src/record/log_prune.c CatalogTupleDelete 1 in a worker, by the limits that only a superuser sets
src/record/log_worker.c RegisterDynamicBackgroundWorker 1 the name of the function is a constant
src/record/log_worker.c BackgroundWorkerInitializeConnectionByOid 1 the caller's database; settings pinned; runs no SQL

# copy jobs: written past SQL, as the record is; run by a worker that is connected as the job's owner
src/load/job/copy_job_catalog.c CatalogTupleInsert 2 a job of the caller's, who may INSERT into its table; what a run of
 its owner has seen
src/load/job/copy_job_catalog.c CatalogTupleInsertWithInfo 1 objects of a job that its owner runs
src/load/job/copy_job_catalog.c CatalogTupleUpdate 2 after a check that the caller has the owner's rights
src/load/job/copy_job_catalog.c CatalogTupleDelete 2 likewise
src/load/job/copy_job_worker.c RegisterBackgroundWorker 1 the launcher: reads pg_database only
src/load/job/copy_job_worker.c RegisterDynamicBackgroundWorker 3 the names of the functions are constants
src/load/job/copy_job_worker.c BackgroundWorkerInitializeConnection 1 the launcher
src/load/job/copy_job_worker.c BackgroundWorkerInitializeConnectionByOid 2
  the scheduler, which runs no SQL; a runner, as the job's owner
# port 5439
src/endpoint/endpoint_worker.c RegisterBackgroundWorker 1 starts a program of the server's own folder;
  connects to no database

# the record of queries: a file of the server's, one a database; readers get their own rows
src/catalog/query_log_file.c BasicOpenFile 2 a path without anything of the user's
src/catalog/query_log_file.c OpenTransientFile 1 likewise

# loads: INSERT on the table and its columns was asked for before (load/copy.c)
src/load/bulk_loader.c table_multi_insert 1 as PostgreSQL's own COPY
src/load/bulk_row.c table_tuple_insert 1 likewise, where a partition has other columns
src/load/page_writer.c smgrextend 1 pages of a table that the transaction has made or emptied

# labels: the table's owner is asked for
src/catalog/design.c SetSecurityLabel 1 a table that the statement before has created or altered
src/warehouse/mark.c SetSecurityLabel 1 what a definition has created, or its owner hands over
src/warehouse/mark.c superuser_arg 1 a superuser's table has no trigger that a lesser role has put there

# late-binding views: bound and freed by whoever changes what they read, as their owner,
  in a restricted context, with a path
# of the system's; what is written is the view's own columns, rule and label
src/late_binding/late_view.c SetUserIdAndSecContext 2 to the view's owner and back
src/late_binding/late_view.c SetSecurityLabel 1 a view that the caller has made, or whose owner is acted as
src/late_binding/late_view_columns.c CatalogTupleDelete 1 what a view's columns depend on, as its owner
src/late_binding/late_view_columns.c CatalogTupleUpdate 1 how many columns a view has, as its owner
src/script/catalog.c SetUserIdAndSecContext 2 to the owner of a view that isn't bound, whose error is raised

# numbers for INSERT ... SELECT into a column with IDENTITY
src/script/insert_select.c nextval_internal 1 after a check of the right on the sequence

# stores
src/stores/store_options.c superuser_arg 2 who may name files of the server, who may write them
src/stores/stores.c superuser_arg 2 whose stores get the server process's own keys; who may come between

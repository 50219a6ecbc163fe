package io.splittune.transport.grpc;

final class InsecureGrpcTest extends AbstractGrpcContract {
    @Override
    GrpcSecurity server() {
        return GrpcSecurity.insecure();
    }

    @Override
    GrpcSecurity device(String id) {
        return GrpcSecurity.insecure();
    }
}

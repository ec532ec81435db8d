/** A cluster of its own, in which one pod runs to its end. */
export const POD_SPEC = `pattern: kind
kind: { wait: 20m, load: [busybox:1] }
steps:
  - name: pod
    run: |
      kubectl run once --image busybox:1 --image-pull-policy Never --restart Never --command -- echo done
      until kubectl get pod once --output 'jsonpath={.status.phase}' | grep -q Succeeded; do sleep 0.2; done
`;
